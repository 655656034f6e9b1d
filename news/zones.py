"""Time zones as people name them: by a city, or by where they are. Pure."""

import functools
import math
import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from zoneinfo import available_timezones

from babel import Locale

from news import places
from news.language.analyse import fold, words

HOME = "Asia/Almaty"
"""All of Kazakhstan is one zone since 1 March 2024."""


def zone_of(text: str) -> str | None:
    """The zone of a city named in Russian, Kazakh or English, or of an IANA name; None for one nobody knows."""
    wanted = text.strip()
    if wanted in available_timezones():
        return wanted
    if places.resolve(wanted) is not None:
        return HOME
    return _cities().get(_key(wanted))


def zone_at(latitude: float, longitude: float) -> str:
    """The zone of the nearest town that is known: right but for some borders, where a city's name helps."""
    return min(_towns(), key=lambda town: _far(latitude, longitude, town[0], town[1]))[2]


def city_of(zone: str, language: str) -> str:
    """The city that names a zone, in a language."""
    known = Locale.parse(language).time_zones.get(zone, {}).get("city")
    return str(known) if known else zone.rpartition("/")[2].replace("_", " ")


@functools.cache
def _cities() -> dict[str, str]:
    found: dict[str, str] = {}
    for zone in sorted(available_timezones()):
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/")):
            found.setdefault(_key(zone.rpartition("/")[2].replace("_", " ")), zone)
    for language in ("ru", "kk"):
        for zone, known in Locale.parse(language).time_zones.items():
            if "city" in known and zone in available_timezones():
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
    """ISO 6709: ±DDMM±DDDMM or with seconds."""
    found = re.fullmatch(r"([+-])(\d{2})(\d{2})(\d{2})?([+-])(\d{3})(\d{2})(\d{2})?", text)
    assert found is not None
    latitude = int(found[2]) + int(found[3]) / 60 + int(found[4] or 0) / 3600
    longitude = int(found[6]) + int(found[7]) / 60 + int(found[8] or 0) / 3600
    return latitude * (-1 if found[1] == "-" else 1), longitude * (-1 if found[5] == "-" else 1)


def _far(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great circle between two points, as an angle."""
    a, b = math.radians(latitude), math.radians(other_latitude)
    turn = math.radians(longitude - other_longitude)
    return math.acos(max(-1.0, min(1.0, math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn))))
