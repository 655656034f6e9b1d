"""The towns and districts that a message names, in any case and script: «алматинские», «шымкентте», «Almatyda»."""

import re
from collections.abc import Sequence
from functools import cache

from news.intents.spelling import Spellings
from news.language.analyse import fold, words
from news.subject import places

PLACE = "place:"
"""What a town's meaning begins with."""
_TOWNSMAN = re.compile("([^\\W\\d_]{3,}?)(?:[лдт][ыі][қк]|н[іы]к[іы])(?:[мбп][ыі](?:н|з))$")


def town_of(spoken: Sequence[str]) -> str | None:
    """The slug of the first town that words name."""
    return next(iter(cities_in(spoken).values()), None)


def cities_in(spoken: Sequence[str]) -> dict[int, str]:
    """Indices of words → the town or district they name, in any case and script; only the first one."""
    plain = [fold(word) for word in spoken]
    for length in (3, 2, 1):
        for start in range(len(spoken) - length + 1):
            here = plain[start : start + length]
            slug = _town(here, spoken[start])
            if slug is not None:
                return dict.fromkeys(range(start, start + length), slug)
    return {}


def _town(plain: Sequence[str], first: str) -> str | None:
    joined = " ".join(plain)
    if len(joined) < 4 or joined.isdecimal():
        return None
    slug = _adjectives().get(joined) or places.resolve(joined)
    if slug is None and len(plain) == 1 and (townsman := _TOWNSMAN.fullmatch(plain[0])):
        slug = places.resolve(townsman[1])
    if slug is None and len(plain) == 1:
        slug = next((one[len(PLACE) :] for one in sorted(_town_names().meanings(plain[0]))), None)
    if slug is None:
        return None
    doubtful = any(joined.startswith(fold(name)[:-1]) for _, name in places.PLACES[slug].doubtful)
    return slug if not doubtful or first[0].isupper() else None


@cache
def _adjectives() -> dict[str, str]:
    """What is of a town, in Russian: «алматинские», «шымкентских»."""
    found: dict[str, str] = {}
    for slug, place in places.PLACES.items():
        parts = words(place.ru)
        if place.kind in ("city", "town") and len(parts) == 1:
            name = fold(parts[0])
            stem = name[:-1] + "ин" if name[-1] in "аы" else name.removesuffix("ск").rstrip("ь")
            found |= {f"{stem}ск{ending}": slug for ending in ("ие", "их", "ий", "ая", "ую", "ой", "ое", "им", "ими")}
    return found


@cache
def _town_names() -> Spellings:
    """Towns' one-word names in any case: «астанада», «Алмате», «шымкентте», «almatyda»."""
    names: dict[str, set[str]] = {}
    for slug, place in places.PLACES.items():
        for name in (place.ru, place.kk, *place.other):
            parts = words(name)
            if len(parts) == 1 and len(name) > 3:
                plain = fold(name)
                stem = plain[:-1] if plain[-1] in "аяыиьуой" and len(plain) > (4 if plain[-1] == "й" else 5) else plain
                names.setdefault(PLACE + slug, set()).update((plain + "~", stem + "~"))
            elif len(parts) == 2 and place.kind == "district":
                bare = fold(parts[0])
                if bare.endswith(("ский", "ская")):
                    names.setdefault(PLACE + slug, set()).add(bare[:-2] + "~")
    return Spellings(names)
