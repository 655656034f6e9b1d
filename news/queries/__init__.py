"""Queries: what a person typed, taken apart, and how well an article answers it.

Any line of text comes in; what is not understood is just words, never an error. A `Query` leaves, and numbers that tell
how well articles answer it."""
