"""Text as Telegram counts, cleans and marks it, and the links it accepts and writes (tdlib's ``parse_url``)."""

import ipaddress
import re

from sandbox.refusals import Json

# Which links Telegram accepts, and how it writes them (the rules of tdlib's ``parse_url``).

_TELEGRAM = re.compile(r"(tg|ton|tonsite):(?://)?", re.IGNORECASE)
_PART = re.compile(r"(?:[A-Za-z0-9._!$,~*'();&+=\-]|[^\x00-\x7f]|%[0-9A-Fa-f]{2})*")
_USER = re.compile(r"tg:(?://)?user/?\?(.*)", re.IGNORECASE)


def linked_user(link: str) -> int:
    """The user id of ``tg://user?id=…``; 0 for any other link."""
    found = _USER.match(link)
    if not found:
        return 0
    for argument in found.group(1).split("#")[0].split("&"):
        name, _, value = argument.partition("=")
        if name == "id" and value.isascii() and value.isdigit():
            return int(value)
    return 0


def checked_link(link: str) -> str | None:
    """The link as Telegram stores it; None if it is not a link for Telegram."""
    try:
        return _checked(link)
    except ValueError:
        return None


def link_problem(link: str) -> str | None:
    """Why Telegram refuses the link, in its own words; None if it accepts it."""
    try:
        _checked(link)
    except ValueError as problem:
        return str(problem)
    return None


def _checked(link: str) -> str:
    if found := _TELEGRAM.match(link):
        scheme = found.group(1).lower()
        protocol, userinfo, host, port, path = _parts(link[found.end() :])
        if protocol == "https" or userinfo or port:
            raise ValueError("Wrong tg URL" if scheme == "tg" else "Wrong ton URL")
        if not re.fullmatch(r"[A-Za-z0-9_.-]+" if scheme == "tonsite" else r"[A-Za-z0-9_-]+", host):
            raise ValueError("Unallowed characters in URL host")
        return f"{scheme}://{host}{path[1:] if path.startswith('/?') else path}"
    protocol, userinfo, host, port, path = _parts(link)
    if "." not in host and not host.startswith("["):
        raise ValueError("Wrong HTTP URL")
    return f"{protocol}://{userinfo}{'@' if userinfo else ''}{host}{f':{port}' if port else ''}{path}"


def _parts(url: str) -> tuple[str, str, str, int, str]:
    """Protocol, user info, host, port (0 when none is given), path with query."""
    protocol = "http"
    if found := re.match(r"([^:/?#@\[\]]*)://", url):
        protocol = found.group(1).lower()
        if protocol not in ("http", "https"):
            raise ValueError("Unsupported URL protocol")
        url = url[found.end() :]
    authority = re.split(r"[/?#]", url, maxsplit=1)[0]
    path = url[len(authority) :].rstrip(" \t\r\n\0\x0b") or "/"
    path = path if path.startswith("/") else f"/{path}"
    path = re.sub(r"[\x00-\x20]", lambda found: f"%{ord(found.group()):02X}", path)
    port = 0
    if found := re.match(r"(.+):([^:\]@]*)$", authority, re.DOTALL):
        authority, number = found.groups()
        if not re.fullmatch(r"[0-9]{1,9}", number) or not 0 < int(number) <= 65535:
            raise ValueError("Wrong port number specified in the URL")
        port = int(number)
    userinfo, _, host = authority.rpartition("@")
    return protocol, userinfo, _checked_host(host, userinfo), port, path


def _checked_host(host: str, userinfo: str) -> str:
    if not host:
        raise ValueError("URL host is empty")
    if host == ".":
        raise ValueError("Host is invalid")
    if host.startswith("[") and host.endswith("]"):
        try:
            ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            raise ValueError("Wrong IPv6 address specified in the URL") from None
        return host.lower()
    for part, name in ((host, "host"), (userinfo.replace(":", ""), "userinfo")):
        found = _PART.match(part)
        end = found.end() if found else 0
        if end < len(part):
            raise ValueError(
                f"Wrong percent-encoded symbol in URL {name}"
                if part[end] == "%"
                else f"Disallowed character in URL {name}"
            )
    return host.lower()


def telegram_query(link: str, host: str) -> dict[str, str] | None:
    """The parameters of ``tg://host?…``, the first of each name; None for any other link."""
    found = re.match(rf"tg:(?://)?{host}/?\?([^#]*)", link, re.IGNORECASE)
    if not found:
        return None
    query: dict[str, str] = {}
    for parameter in found.group(1).split("&"):
        name, _, value = parameter.partition("=")
        query.setdefault(name, value)
    return query


def is_date_format(text: str) -> bool:
    """Whether a ``date_time`` may have this format: relative alone, or any of weekday, date and time."""
    return re.fullmatch(r"r|R|[wWdDtT]*", text) is not None


def is_emoji_id(text: str) -> bool:
    """Whether it is a ``custom_emoji_id``: a 64-bit number above zero without leading zeros."""
    return re.fullmatch(r"-?[1-9][0-9]{0,18}", text) is not None


TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_DROPPED = re.compile(r"[\r\u2028-\u202e\u0333\u033f\u030a]")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\u180e\u00ad]*")
_TOP = r"(?:[a-z]{2,6}|рф|қаз|бел|укр|срб|мон|xn--[a-z0-9-]{2,})"
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z][a-zA-Z0-9_]{2,31})?(?![\w/<>@]))"
    r"|(?P<email>(?<![\w@.:/-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}(?![\w@]))"
    r"|(?P<mention>(?<![\w@/])@(?:[a-zA-Z][a-zA-Z0-9_]{3,31}|gif|vid|pic)(?!\w))"
    r"|(?P<hashtag>(?<![\w#])#[\w\u00b7\u200c]{1,256}(?![\w#])(?:@[a-zA-Z0-9_]{3,32})?)"
    r"|(?P<cashtag>(?<![\w$])\$(?-i:[A-Z]{1,8}|1INCH)(?![\w$])(?:@[a-zA-Z0-9_]{3,32})?)"
    r"|(?P<url>(?:(?<!\w)(?:(?:https?|ftp|tonsite)://)(?:[^\s@/]{1,64}@)?|(?<![\w@./:-]))"
    rf"(?:[\w-]+\.)+{_TOP}(?![\w-])(?::[0-9]{{1,5}}(?![0-9]))?(?:[/?#][^\s<>\"«»]*)?)",
    re.IGNORECASE,
)
_URL_END = ".,:;!?'\"…)("


def utf16_length(text: str) -> int:
    """The length as Telegram counts it, in UTF-16 units: an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text) if not text.isascii() else len(text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of the text that an entity covers; ``offset`` and ``length`` are in UTF-16 units."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def is_blank(text: str) -> bool:
    """Whether the text has nothing a person could see."""
    return _INVISIBLE.fullmatch(text) is not None


def clean(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """The text and entities cleaned: control characters become spaces, forbidden ones go, both ends are trimmed.

    A leading space inside an entity stays, as it does in Telegram.
    """
    text = _CONTROL.sub(" ", text)
    if _DROPPED.search(text):
        text, entities = _drop(text, entities)
    trimmed = text.rstrip(" \n")
    first = min((entity["offset"] for entity in entities), default=len(text))
    start = min(len(trimmed) - len(trimmed.lstrip(" \n")), first)
    end = utf16_length(trimmed)
    kept = []
    for entity in entities:
        length = min(entity["length"], end - entity["offset"])
        if length > 0:
            kept.append(entity | {"offset": entity["offset"] - start, "length": length})
    return trimmed[start:], kept


def _drop(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    places: list[int] = []  # where each UTF-16 unit of the old text lands in the new one
    kept: list[str] = []
    at = 0
    for character in text:
        width = 2 if character > "\uffff" else 1
        places.extend([at] * width)
        if not _DROPPED.match(character):
            kept.append(character)
            at += width
    places.append(at)
    moved = []
    for entity in entities:
        start = places[min(entity["offset"], len(places) - 1)]
        end = places[min(entity["offset"] + entity["length"], len(places) - 1)]
        if end > start:
            moved.append(entity | {"offset": start, "length": end - start})
    return "".join(kept), moved


def found_entities(text: str, known: list[Json]) -> list[Json]:
    """The commands, mentions, hashtags and links that Telegram marks by itself, except inside known entities."""
    if not any(mark in text for mark in "/@#$."):
        return known
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in known
        if entity["type"] in {"pre", "code", "text_link", "text_mention", "custom_emoji"}
    ]
    found = []
    ascii_text = text.isascii()
    for match in _FOUND.finditer(text):
        kind = match.lastgroup or "url"
        value = match.group()
        if kind == "url" and match.group("url").count("(") == 0:
            value = value.rstrip(_URL_END)
        if kind == "hashtag" and not re.search(r"[^\W\d_]", value):
            continue
        offset = match.start() if ascii_text else utf16_length(text[: match.start()])
        length = utf16_length(value)
        if not any(offset < end and start < offset + length for start, end in taken):
            found.append({"type": kind, "offset": offset, "length": length})
    if not found:
        return known
    return sorted(known + found, key=lambda entity: (entity["offset"], -entity["length"]))
