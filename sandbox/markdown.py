"""Telegram's two Markdowns (the rules and sentences are tdlib's)."""

from sandbox.refusal import Json


def parse_markdown_v2(source: str) -> tuple[str, list[Json]]:
    """Text and entities of ``MarkdownV2``."""
    return source, []


def parse_markdown(source: str) -> tuple[str, list[Json]]:
    """Text and entities of the old ``Markdown``."""
    return source, []
