"""Reactions to messages: who set which, and what everybody sees under a message."""

from sandbox.model import Chat
from sandbox.refusal import Json
from sandbox.telegram import Telegram


def react(telegram: Telegram, chat: Chat, number: int, who: int, reactions: list[Json]) -> list[Json]:
    """Sets somebody's reactions to a message, and tells those who look; what they were before."""
    known: dict[tuple[int, int], list[Json]] = chat.extra.setdefault("reactions", {})
    before = known.get((number, who), [])
    known[number, who] = reactions
    seen = {"message_id": number, "reaction": reactions, "reactions": reactions_to(chat, number)}
    telegram.happened("reaction", chat, seen)
    return before


def reactions_to(chat: Chat, number: int) -> list[str]:
    """The emoji under a message, one for each who set it; others as a star."""
    known: dict[tuple[int, int], list[Json]] = chat.extra.get("reactions", {})
    return [one.get("emoji", "★") for (message, _), set_ in known.items() if message == number for one in set_]
