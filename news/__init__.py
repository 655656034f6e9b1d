"""The subject: news as pure functions and frozen dataclasses."""
