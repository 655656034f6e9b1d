"""Places of Kazakhstan with their former names, and time zones as people name them."""

import functools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from zoneinfo import available_timezones

from babel import Locale

from news.language import latin
from news.language.analyse import fold, words
from news.language.phrases import PhraseMatch, Phrases, folded
from news.language.skeleton import skeleton

# Places of Kazakhstan that an article names or a person means, by today's name or a former one.
#
# The names are in `news/data/places.tsv`, which tells how to write them.

_FILE = Path(__file__).parent.parent / "data" / "places.tsv"
_LANGUAGES = ("ru", "kk")
_TOWNS = ("city", "town")
_RANK = {"city": 0, "town": 1, "region": 2, "district": 3}
# Words beside a name that tell that a town is meant, and their side.
_BESIDE = {"ru": ("город* {}", "=г {}"), "kk": ("{} қала*", "=қ {}", "{} =қ")}
_MOST = 5
_SMALL = frozenset({"елорда"})
"""Names written without a capital."""


@dataclass(frozen=True, slots=True)
class Place:
    """A region, a city of republican rank, a town or a city's district. `parent` is the slug of where it lies."""

    slug: str
    kind: str
    ru: str
    kk: str
    parent: str
    other: tuple[str, ...] = ()
    doubtful: frozenset[tuple[str, str]] = frozenset()
    alone: bool = False


def _read(text: str) -> Iterator[Place]:
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith(("#", "kind\t")))
    for kind, slug, ru, kk, other, parent, alone in rows:
        names = [ru, kk, *filter(None, other.split(";"))]
        both = [("ru", ru), ("kk", kk), *((language, name) for name in names[2:] for language in _LANGUAGES)]
        doubtful = frozenset((language, name.rstrip("?")) for language, name in both if name.endswith("?"))
        plain = [name.rstrip("?") for name in names]
        yield Place(slug, kind, plain[0], plain[1], parent, tuple(plain[2:]), doubtful, alone == "alone")


PLACES: dict[str, Place] = {place.slug: place for place in _read(_FILE.read_text(encoding="utf-8"))}
"""Every place by its slug, regions first."""


COORDINATES: dict[str, tuple[float, float]] = {
    "almaty": (43.25, 76.91),
    "astana": (51.18, 71.45),
    "shymkent": (42.31, 69.60),
    "karaganda": (49.80, 73.10),
    "aktobe": (50.28, 57.21),
    "taraz": (42.90, 71.37),
    "pavlodar": (52.29, 76.95),
    "oskemen": (49.95, 82.61),
    "semey": (50.42, 80.25),
    "atyrau": (47.10, 51.88),
    "kostanay": (53.21, 63.63),
    "kyzylorda": (44.85, 65.51),
    "oral": (51.25, 51.43),
    "petropavl": (54.87, 69.15),
    "aktau": (43.65, 51.17),
    "turkistan": (43.30, 68.27),
    "kokshetau": (53.28, 69.39),
    "taldykorgan": (45.02, 78.37),
    "zhezkazgan": (47.79, 67.71),
    "konaev": (43.87, 77.06),
}
"""Slug of a big city → degrees north, degrees east."""


def name(slug: str, language: str) -> str:
    """The place's name, Kazakh for `kk`, else Russian. Raises KeyError for an unknown slug."""
    place = PLACES[slug]
    return place.kk if language == "kk" else place.ru


def find(text: str, language: str) -> tuple[str, ...]:
    """Slugs of the places that a text names, most often named first. A district counts for its city too.

    Names must have their capital; a name that is also a word or a person's must have «город» or «қала» beside it.
    """
    return among(words(text), language)


def among(spoken: Sequence[str], language: str) -> tuple[str, ...]:
    """Like `find`, for the words of a text."""
    return ranked(named(spoken, folded(spoken), language))


def named(spoken: Sequence[str], plain: Sequence[str], language: str) -> list[PhraseMatch[str]]:
    """Every place that these words name, in order; `plain` are the same words folded."""
    if language not in _LANGUAGES:
        return []
    return [found for found in _phrases(language).find(plain) if _written_so(spoken[found.start : found.end])]


def _written_so(name: Sequence[str]) -> bool:
    return any(word[0].isupper() for word in name) or name[0].lower()[:6] in _SMALL


def ranked(met: Iterable[PhraseMatch[str]]) -> tuple[str, ...]:
    """The slugs of found places, most often named first. A district counts for its city too."""
    counts: dict[str, int] = {}
    for slug, _, _ in met:
        counts[slug] = counts.get(slug, 0) + 1
    for slug in [slug for slug in counts if PLACES[slug].kind == "district"]:
        city = PLACES[slug].parent
        if PLACES[slug].alone:
            counts[city] = counts.get(city, 0) + 1
        elif city not in counts:
            del counts[slug]
    return tuple(sorted(counts, key=lambda slug: -counts[slug]))


def about(met: Sequence[str]) -> tuple[str, ...]:
    """The places an article is filed under: the first five of those it names, then those in which they lie."""
    around = (parent for slug in met[:_MOST] for parent in _around(slug))
    return tuple(dict.fromkeys((*met[:_MOST], *around)))


def _around(slug: str) -> Iterator[str]:
    place = PLACES.get(PLACES[slug].parent)
    while place is not None:
        yield place.slug
        place = PLACES.get(place.parent)


def renamed(plain: Sequence[str]) -> list[tuple[int, int, tuple[str, ...]]]:
    """Former names and other spellings of towns in a query's folded words: start, end, and today's words.

    Any case is found. Today's words are those of both languages' names. A name that is also a word counts only if it is
    the whole query.
    """
    if not plain:
        return []
    found = [(one.start, one.end, one.value) for code in _LANGUAGES for one in _former(code).find(plain)]
    whole = _spoken().get("".join(plain))
    if whole is not None and PLACES[whole].kind in _TOWNS:
        found.append((0, len(plain), whole))
    told = {(start, end): slug for start, end, slug in found if not _today(slug).issuperset(plain[start:end])}
    return [(start, end, tuple(sorted(_today(slug)))) for (start, end), slug in sorted(told.items())]


def _today(slug: str) -> set[str]:
    """The most telling word of each of today's names: «каменогорск» of «Усть-Каменогорск»."""
    place = PLACES[slug]
    return {fold(words(spoken)[-1]) for spoken in (place.ru, place.kk)}


@cache
def _former(language: str) -> Phrases[str]:
    towns = [place for place in PLACES.values() if place.kind in _TOWNS]
    return Phrases(
        language,
        (
            (pattern, place.slug)
            for place in towns
            for spoken in place.other
            if (language, spoken) not in place.doubtful
            for pattern in _pattern(place, spoken, language)
        ),
    )


@cache
def _phrases(language: str) -> Phrases[str]:
    return Phrases(language, ((pattern, slug) for slug in PLACES for pattern in _patterns(PLACES[slug], language)))


def _patterns(place: Place, language: str) -> Iterator[str]:
    """Patterns of a place's names in a language's texts. Russian texts also have Kazakh names, and the reverse."""
    for spoken in (place.ru, place.kk, *place.other):
        yield from _pattern(place, spoken, language)


def _pattern(place: Place, spoken: str, language: str) -> Iterator[str]:
    plain = [fold(word) for word in words(spoken)]
    if place.kind in ("region", "district"):
        yield " ".join(_stem(word) for word in plain)
    elif (language, spoken) in place.doubtful:
        yield from (beside.format(" ".join(plain)) for beside in _BESIDE[language])
    elif language == "ru":
        yield from _forms(plain)
    else:
        yield " ".join(plain)


_GENERAL = ("район", "област", "аудан", "облыс")


def _stem(word: str) -> str:
    """The pattern for a word of a region's or district's name: adjectives and the general word are declined."""
    for ending in ("ский", "ская"):
        if word.endswith(ending):
            return word[:-2] + "*"
    if word in ("западно", "восточно", "северо", "южно", "аль", "ал", "әл"):
        return f"={word}"
    return next((general + "*" for general in _GENERAL if word.startswith(general)), word)


def _forms(plain: list[str]) -> Iterator[str]:
    """Every case of a town's Russian name, spelled out, because the stem of «Уральск» is also that of the Urals."""
    *before, last = plain
    head = [f"={word}" for word in before]
    if last[-1] in "ая":
        endings, base = ["а", "ы", "и", "е", "у", "ой", "я", "ю", "ей"], last[:-1]
    elif last[-1] == "ь":
        endings, base = ["ь", "я", "ю", "ем", "е", "и", "ью"], last[:-1]
    elif last[-1] in "уюыиоеэ":
        endings, base = [""], last
    else:
        endings, base = ["", "а", "у", "ом", "ым", "е"], last
    for ending in endings:
        yield " ".join([*head, f"={base}{ending}"])


@lru_cache(4096)
def resolve(word: str) -> str | None:
    """The slug that a person means by a name, today's or former, in either language and any case; or None.

    A city or town is preferred to a region or district of that name: «Алматы» is the city, «Алматы облысы» the region.
    """
    plain = folded(words(word))
    exact = _spoken().get("".join(plain))
    if exact is not None or not plain:
        return exact
    bent = [
        found.value
        for language in _LANGUAGES
        for found in _phrases(language).find(plain)
        if (found.start, found.end) == (0, len(plain))
    ]
    if bent:
        return min(bent, key=lambda slug: _RANK[PLACES[slug].kind])
    typed = "".join(plain)
    heard = map(_by_sound().get, latin.skeletons(typed) if latin.is_latin(typed) else (skeleton(typed),))
    return next(filter(None, heard), None)


@cache
def _spoken() -> dict[str, str]:
    known: dict[str, str] = {}
    for place in sorted(PLACES.values(), key=lambda place: _RANK[place.kind]):
        for spoken in (place.slug, place.ru, place.kk, *place.other):
            known.setdefault("".join(fold(word) for word in words(spoken)), place.slug)
    for place in PLACES.values():  # «Медеу», «Алматинская»: names that no other place has
        for spoken in (place.ru, place.kk, *place.other):
            bare = [word for word in map(fold, words(spoken)) if not word.startswith(_GENERAL)]
            known.setdefault("".join(bare), place.slug)
    return known


@cache
def _by_sound() -> dict[str, str]:
    known: dict[str, str] = {}
    for name, slug in _spoken().items():
        if not latin.is_latin(name):
            known.setdefault(skeleton(name), slug)
    return known


# Time zones as people name them: by a city or by their location.

HOME = "Asia/Almaty"
"""The zone of all Kazakhstan since 1 March 2024."""


def zone_of(text: str) -> str | None:
    """The zone of a city named in Russian, Kazakh or English, or of an IANA name; None if unknown."""
    wanted = text.strip()
    if wanted in _zones():
        return wanted
    if resolve(wanted) is not None:
        return HOME
    return _cities().get(_key(wanted))


def zone_at(latitude: float, longitude: float) -> str:
    """The zone of the nearest known town. It may be wrong near borders, where naming a city helps."""
    return min(_towns(), key=lambda town: _far(latitude, longitude, town[0], town[1]))[2]


def city_of(zone: str, language: str) -> str:
    """The city that names a zone, in a language."""
    known = Locale.parse(language).time_zones.get(zone, {}).get("city")
    return str(known) if known else zone.rpartition("/")[2].replace("_", " ")


@functools.cache
def _zones() -> frozenset[str]:
    """All names of the tz database, cached because reading its folder takes milliseconds."""
    return frozenset(available_timezones())


@functools.cache
def _cities() -> dict[str, str]:
    found: dict[str, str] = {}
    for zone in sorted(_zones()):
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/")):
            found.setdefault(_key(zone.rpartition("/")[2].replace("_", " ")), zone)
    for language in ("ru", "kk"):
        for zone, known in Locale.parse(language).time_zones.items():
            if "city" in known and zone in _zones():
                found.setdefault(_key(str(known["city"])), zone)
    for _, _, zone, names in _more_towns():
        for name in names.split(";"):
            found.setdefault(_key(name), zone)
    return found


def _key(text: str) -> str:
    return "".join(fold(word) for word in words(text))


@functools.cache
def _towns() -> tuple[tuple[float, float, str], ...]:
    """Latitude, longitude and zone of each chief town of the tz database, and of more near Kazakhstan's border."""
    chief = ((*_degrees(row[1]), row[2]) for row in _rows(resources.files("tzdata") / "zoneinfo" / "zone1970.tab"))
    return (*chief, *((float(row[0]), float(row[1]), row[2]) for row in _more_towns()))


def _more_towns() -> Iterator[list[str]]:
    return _rows(resources.files("news") / "data" / "zone_towns.tsv")


def _rows(file: Traversable) -> Iterator[list[str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _degrees(text: str) -> tuple[float, float]:
    """The coordinates in ISO 6709: ±DDMM±DDDMM, or with seconds."""
    found = re.fullmatch(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?", text)
    assert found is not None
    latitude = int(found[2]) + int(found[3]) / 60 + int(found[4] or 0) / 3600
    longitude = int(found[6]) + int(found[7]) / 60 + int(found[8] or 0) / 3600
    return latitude * (-1 if found[1] == "-" else 1), longitude * (-1 if found[5] == "-" else 1)


def _far(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance between two points, as an angle."""
    a, b = math.radians(latitude), math.radians(other_latitude)
    turn = math.radians(longitude - other_longitude)
    return math.acos(max(-1.0, min(1.0, math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn))))
