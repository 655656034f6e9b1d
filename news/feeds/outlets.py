"""The shipped list of Kazakhstan's outlets and official sites: facts to pick sources from, and what a host tells."""

import csv
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from urllib.parse import urlsplit

# Public offices publish for everybody to reprint; `full_text` is on by default for them.
_OFFICIAL_HOSTS = ("gov.kz", "akorda.kz", "primeminister.kz", "parlam.kz", "senate.parlam.kz", "nationalbank.kz")


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet that could be added as a source. `verified`: somebody saw its feed answer in the past months."""

    name: str
    address: str
    languages: tuple[str, ...]
    city: str | None
    status: str
    official: bool

    @property
    def verified(self) -> bool:
        """Whether the address was tried; everything else must be shown as unverified."""
        return self.status.startswith("checked")


@functools.cache
def outlets() -> tuple[Outlet, ...]:
    """All outlets in the order of the list: national ones, then cities, then offices."""
    text = (resources.files("news") / "data" / "outlets.tsv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(_outlet(row) for row in csv.DictReader(lines, delimiter="\t"))


def suggested(language: str | None = None, city: str | None = None, words: Iterable[str] = ()) -> list[Outlet]:
    """The outlets in a language, in a city, with these words in the name or address."""
    return [
        outlet
        for outlet in outlets()
        if (language is None or language in outlet.languages)
        and (city is None or (outlet.city or "").casefold() == city.casefold())
        and all(word.casefold() in f"{outlet.name} {outlet.address}".casefold() for word in words)
    ]


def outlet_at(url: str) -> Outlet | None:
    """The outlet with this host; if two editions share it, the first."""
    host = _host(url)
    return next((outlet for outlet in outlets() if _host(outlet.address) == host), None)


def is_official(url: str) -> bool:
    """Whether an address belongs to a public office or a city hall."""
    host = _host(url)
    known = outlet_at(url)
    return bool(known and known.official) or any(host == name or host.endswith(f".{name}") for name in _OFFICIAL_HOSTS)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _outlet(row: dict[str, str]) -> Outlet:
    return Outlet(
        name=row["name"],
        address=row["address"],
        languages=tuple(code for code in row["languages"].split(",") if code != "-"),
        city=None if row["city"] == "-" else row["city"],
        status=row["status"],
        official=row["official"] == "yes",
    )
