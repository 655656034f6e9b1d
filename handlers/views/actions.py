"""A button's callback data, 1 to 64 bytes. Anybody can send any, so it is parsed strictly."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LONGEST: Final = 64
"""The most bytes of callback data that Telegram accepts."""

_NUMBER = r"[0-9]{1,15}"
_CHANNEL = r"-[0-9]{1,15}"
_SHORT = r"[0-9a-f]{12}"
_SLUG = r"[a-z0-9-]{1,24}"
_CODE = r"[a-z]{2,3}"
_CURSOR = r"[A-Za-z0-9_.,=-]{0,48}"
_LIST = rf"(?:l|s|v|t\.{_SLUG})(?:\.{_CURSOR})?"

_WORDS = r"[^:\x00-\x1f]{1,57}"

# verb → the shape of each argument
_SHAPES: Final[dict[str, tuple[str, ...]]] = {
    "home": (),
    "welcome": (),
    "privacy": (),
    "lang": (_CODE, "0|1"),  # 1: the first step of the welcome
    "list": (_LIST,),
    "open": (_NUMBER, f"(?:{_LIST})?"),
    "when": (),
    "keys": ("0|1|ask",),
    "place": (),
    "pause": (),
    "rest": ("[0-9]{1,2}",),
    "times": (),
    "time": (_NUMBER,),
    "days": (),
    "day": ("[0-9]",),
    "zone": (),
    "tune": ("length|form|quiet|late|nothing",),
    "card": (_NUMBER,),  # below the digest it stands in
    "text": (_NUMBER,),  # below the digest, the lead's whole text
    "savein": (_NUMBER, "0|1"),  # where it stands: the message stays
    "setup": (),  # below the digest: when and how it comes
    "page": (r"e[0-9]{12}|n[0-9]{10,12}", "[0-9]{1,2}"),
    "read": (_NUMBER, r"[0-9]{1,3}", f"(?:{_LIST})?"),
    "whole": (_NUMBER, f"(?:{_LIST})?"),
    "more": (_NUMBER, f"(?:{_LIST})?"),
    "save": (_NUMBER, "0|1", f"(?:{_LIST})?"),
    "react": (_NUMBER, "like|sorry|outrage", f"(?:{_LIST})?"),
    "less": (_NUMBER, f"(?:{_LIST})?"),
    "mute": (_NUMBER, "topic|source|story", "0|1|2", f"(?:{_LIST})?"),
    "why": (_NUMBER, f"(?:{_LIST})?"),
    "story": (_NUMBER, f"(?:{_LIST})?"),
    "track": (_NUMBER, "0|1", f"(?:{_LIST})?"),
    "tastes": (),
    "tuned": (_NUMBER, f"(?:{_LIST})?"),  # the same, come from an article
    "retaste": (),
    "city": (),
    "cities": (),  # a step of the welcome
    "home-city": (rf"off|{_SLUG}",),
    "live": (rf"off|{_SLUG}",),
    "reads": ("ru|kk",),
    "pictures": ("0|1",),
    "export": (),
    "forget": ("1|2",),
    "topics": (),
    "words": (_WORDS,),
    "watch": (_WORDS,),  # a #slug is a topic
    "hush": (_WORDS,),  # the same
    "at": (r"[0-9.]{1,19}", "7|8|9"),
    "chip": ("[0-9]",),
    "pick": ("0|1",),
    "turn": (_SLUG, "0|1"),
    "follow": (_SLUG, "0|1"),
    "hours": ("0|1",),
    "hour": (rf"off|{_NUMBER}", "0|1"),
    "subs": (),
    "only": ("0|1",),
    "drop": (_SHORT,),
    "alerts": (),
    "alert": (_NUMBER,),
    "alert-why": (_NUMBER,),
    "alert-later": (_NUMBER,),
    "alert-again": (_NUMBER,),
    "alert-set": (_SHORT, "0|1"),
    "alert-turn": (_SHORT, "0|1"),
    "alerts-cap": (),
    "urgent": ("0|1|2",),
    "mutes": (),
    "unmute": (_SHORT,),
    "outlet": (_NUMBER, "0|1"),
    "channels": (),
    "channel-add": (),
    "channel": (_CHANNEL,),
    "channel-set": (_CHANNEL, "stories|digest|off|reads|hours|cap|times|night|photos|sign|remove|gone"),
    "channel-topics": (_CHANNEL,),
    "channel-topic": (_CHANNEL, _SLUG),
    "settings": (),
    "language": (),
    "digest": (),
    "help": (),
    "hide": (_NUMBER,),
    "sources": (_NUMBER,),
    "source": (_NUMBER, "show|pause|go|full|lead|remove|forget|refuse"),
    "keep": (),
    "fix": (_NUMBER, rf"show|split|{_CODE}|[a-z0-9-]{{1,40}}"),
    "stats": ("readers|delivered|read|unfound|sources|articles|store",),
    "broadcast": (_NUMBER, rf"ask|all|go|stop|more|test|when|at[0-9]{{1,11}}|{_CODE}"),
}


OWN_VERBS: Final = frozenset({"save", "savein", "react", "tastes", "tuned", "retaste", "export"})
"""Verbs for a reader's own things. Groups do not have these, and their old buttons say so."""
NOT_FOR_MANY: Final = OWN_VERBS | {"home", "less"}
"""Verbs that are not offered in groups: a reader's own, and the home screen."""


_COLON = "\u2236"
"""Replaces a colon in a button's words, because a colon separates arguments."""


def pack_words(text: str) -> str:
    """Words as an argument of an action."""
    return " ".join(text.split()).replace(":", _COLON)


def unpack_words(argument: str) -> str:
    """The words of an argument."""
    return argument.replace(_COLON, ":")


@dataclass(frozen=True, slots=True)
class Action:
    """A verb and its arguments."""

    verb: str
    arguments: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether it leads to a reader's own things."""
        return self.verb in NOT_FOR_MANY or (self.verb == "list" and self.arguments[0].partition(".")[0] == "v")

    def pack(self) -> str:
        """The callback data. Raises ValueError unless it is a known action of at most 64 bytes."""
        return _packed(self)


@lru_cache(4096)
def _packed(action: Action) -> str:
    text = ":".join((action.verb, *action.arguments))
    if parse(text) != action:
        raise ValueError(f"not an action: {text!r}")
    return text


def act(verb: str, *arguments: str | int) -> Action:
    """The action with this verb and these arguments."""
    return Action(verb, tuple(map(str, arguments)))


def placed(verb: str, *arguments: str | int, place: "ListPlace | None") -> Action:
    """An action that also names the list to go back to; if that is too long, its first page, or no list."""
    packed = place.pack() if place else ""
    for back in (packed, ListPlace(place.kind, place.topic).pack() if place else "", ""):
        action = act(verb, *arguments, back)
        if len(":".join((action.verb, *action.arguments))) <= LONGEST:
            return action
    raise ValueError(f"not an action: {verb} {arguments}")


@lru_cache(4096)
def parse(text: str | None) -> Action | None:
    """The action of a pressed button; None for data that we never made or no longer make."""
    if not text or len(text.encode(errors="replace")) > LONGEST:
        return None
    verb, *arguments = text.split(":")
    shapes = _SHAPES.get(verb)
    if shapes is None or len(shapes) != len(arguments):
        return None
    if not all(re.fullmatch(shape, given) for shape, given in zip(shapes, arguments, strict=True)):
        return None
    return Action(verb, tuple(arguments))


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A page of a list: 'latest', 'saved', 'search' (its words are in the keyboard) or 'topic', and its cursor."""

    kind: str
    topic: str | None = None
    cursor: str | None = None

    def pack(self) -> str:
        """The place as an argument of an action."""
        head = {"latest": "l", "search": "s", "saved": "v"}.get(self.kind) or f"t.{self.topic}"
        return f"{head}.{self.cursor}" if self.cursor else head


def parse_place(text: str) -> ListPlace | None:
    """The place an argument names; None for an empty one."""
    if not text:
        return None
    head, _, rest = text.partition(".")
    if head == "t":
        topic, _, cursor = rest.partition(".")
        return ListPlace("topic", topic, cursor or None)
    return ListPlace({"l": "latest", "s": "search", "v": "saved"}[head], None, rest or None)
