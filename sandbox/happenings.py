"""What happens between people and bots, as kept: events people see, pressed buttons, inline queries, files."""

from dataclasses import dataclass, field

from sandbox.model import Account, Bot
from sandbox.refusal import Json


@dataclass(frozen=True, slots=True)
class Event:
    """Something people can see. ``viewers`` are ids of persons; ``number`` counts up from 1.

    Kinds: ``message``, ``edit``, ``delete``, ``typing``, ``toast``, ``inline``, ``menu``, ``keyboard``, ``clock``.
    """

    number: int
    kind: str
    chat: int
    viewers: frozenset[int]
    payload: Json


@dataclass(slots=True)
class Press:
    """A pressed callback button and, once given, the bot's answer: ``text``, ``show_alert``, ``url``."""

    id: str
    person: Account
    bot: Bot
    message: Json
    pressed_at: float
    answer: Json | None = None


@dataclass(slots=True)
class InlineQuestion:
    """An inline query and, once given, the bot's answer: ``results``, ``next_offset``, ``button``, ``cache_time``."""

    id: str
    person: Account
    bot: Bot
    query: str
    offset: str
    asked_at: float
    answer: Json | None = None


@dataclass(slots=True)
class Files:
    """Uploaded files by ``file_id``; ``names`` gives each its path on the server, ``called`` its own name."""

    content: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)
