"""Which links Telegram accepts, and how it writes them (the rules of tdlib's ``parse_url``)."""

import ipaddress
import re

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
    """Why it is not a link, in Telegram's words; None if it is one."""
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
    """Protocol, user info, host, named port (0: none), path with query."""
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
    """How a ``date_time`` may be shown: relative alone, or any of weekday, date and time."""
    return re.fullmatch(r"r|R|[wWdDtT]*", text) is not None


def is_emoji_id(text: str) -> bool:
    """A ``custom_emoji_id``: a number of 64 bits, not zero, without zeros before it."""
    return re.fullmatch(r"-?[1-9][0-9]{0,18}", text) is not None
