"""Which outlet a person means by a word or two: «закон кз», «тенгриньюсты», «нурдан»."""

from urllib.parse import urlsplit

from news.language import latin
from news.language.analyse import fold, words
from news.language.skeleton import skeleton

_LONGEST_ENDING = 6
"""Letters of what was said behind what two names share: «тенгриньюсты», but not «политику, спорт и выборы»."""
_ALIKE = 5
"""Letters that the beginnings of two names share: «тенгри» is Tengrinews."""


def names_outlet(said: str, name: str, address: str = "", *, exactly: bool = False) -> bool:
    """Whether words name an outlet, by its name or its host, as they sound in either script and with any ending; with
    `exactly` without one.
    """
    spoken = _sounds(said)
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    return any(
        one == other or (not exactly and len(one) >= _ALIKE and (other.startswith(one[:_ALIKE]) and _near(one, other)))
        for written in (name, host, host.rpartition(".")[0])
        for other in _sounds(written)
        for one in spoken
        if one and other
    )


def _near(one: str, other: str) -> bool:
    """Whether what two names share is most of the shorter one."""
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared * 3 >= min(len(one), len(other)) * 2 and len(one) - shared <= _LONGEST_ENDING


def _sounds(text: str) -> tuple[str, ...]:
    joined = "".join(map(fold, words(text)))
    if not joined:
        return ()
    return latin.skeletons(joined)[:6] if latin.is_latin(joined) else (skeleton(joined),)
