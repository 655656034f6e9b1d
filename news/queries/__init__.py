"""Queries: what a person typed, taken apart, and how well an article answers it.

In comes a line of text, never an error: what is not understood is just words. Out goes a `Query`; worths are
numbers."""
