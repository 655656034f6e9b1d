"""The running program. It puts the other rooms together, and none of them imports it."""

__version__ = "0.2.0"
