"""Addresses that people paste: which are in a message, how a stored one may be written, and what else it says."""

import re
from urllib.parse import urlsplit, urlunsplit

from news.text.clean import web_address

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>«»\"]+|\b[a-z0-9.-]{1,200}\.(?:kz|ru|com|org|net|info|me)/[^\s<>«»\"]+", re.IGNORECASE
)
_OWN = re.compile(r"(?:https?://)?t\.me/[A-Za-z0-9_]{4,32}\?start=a_([0-9]{1,15})$", re.IGNORECASE)
_TRAILING = ".,;:!?)]}»…"
_MOST = 3
_FEWEST_WORDS = 3
_MOST_WORDS = 14


def addresses_in(text: str) -> list[str]:
    """The addresses of a message in order, three at most; a missing `https://` is added."""
    found = [match.group().rstrip(_TRAILING) for match in _ADDRESS.finditer(text)][:_MOST]
    return [one if "://" in one else f"https://{one}" for one in found]


def without_addresses(text: str) -> str:
    """What a message says besides addresses."""
    return " ".join(_ADDRESS.sub(" ", text).split())


def own_key(address: str) -> int | None:
    """The key of an article that a link to this bot opens, else None."""
    found = _OWN.match(address)
    return int(found[1]) if found else None


def written(address: str) -> list[str]:
    """How the same page may stand in the store: with and without what only counts visits, `www.`, a slash, https."""
    parts = urlsplit(web_address(address) or address)
    host = parts.netloc.lower()
    bare = next((host[len(head) :] for head in ("www.", "m.", "amp.") if host.startswith(head)), host)
    path = parts.path.removesuffix("/amp").rstrip("/")
    found: dict[str, None] = {address: None}
    for query in dict.fromkeys((parts.query, "")):
        for scheme in ("https", "http"):
            for name in (bare, f"www.{bare}", f"m.{bare}"):
                for tail in (path, f"{path}/"):
                    found[urlunsplit((scheme, name, tail, query, ""))] = None
    return list(found)


def headline_of(text: str) -> str:
    """The words to look a forwarded post or a caption up by: its first line that says something, cut to a few words."""
    lines = [without_addresses(line) for line in text.splitlines()]
    told = [[word for word in line.split() if re.search(r"\w", word) and word[0] not in "#@"] for line in lines]
    first = next((line for line in told if len(line) >= _FEWEST_WORDS), max(told, key=len, default=[]))
    return " ".join(first[:_MOST_WORDS])
