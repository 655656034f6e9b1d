"""The running program: it composes the other rooms and is imported by none of them."""

__version__ = "0.2.0"
