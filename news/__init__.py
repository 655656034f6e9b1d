"""The subject: news, as pure functions on frozen dataclasses."""
