"""Guarded HTTP: polite to servers, and careful about what they send and where they redirect."""

import asyncio
import errno
import ipaddress
import re
import socket
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from protego import Protego
from yarl import URL

from bot import __version__
from bot.proxies import ProxyConnector, ProxyFailureError
from news.feeds.schedule import retry_after
from news.feeds.source import Document, FetchFailure, FetchRequest, FetchResult, NotModified, origin_of

# Which network addresses a stranger's link may reach. The address that is really connected to is checked.
#
# `ipaddress.is_global` is not enough: it accepts 64:ff9b::7f00:1, ::127.0.0.1, 2002:7f00:1::, multicast and more.
# Checking names is not enough either: literals and redirects get past it, and a second DNS answer may differ.

# https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast and reserved space.
_SPECIAL_IPV4 = (
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"
    " 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24"
    " 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
)
# For IPv6 the allowed space is listed. Only 2000::/3 is given out
# (https://www.iana.org/assignments/ipv6-address-space). Loopback, mapped, compatible, NAT64, unique local, link-local,
# site-local and multicast are outside of it.
_GIVEN_IPV6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_IPV6 = "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20"
_CLOSED_IPV4 = tuple(ipaddress.IPv4Network(network) for network in _SPECIAL_IPV4.split())
_CLOSED_IPV6 = tuple(ipaddress.IPv6Network(network) for network in _SPECIAL_IPV6.split())


class AddressRefusedError(OSError):
    """This address must not be reached. It is an OSError, so that a host's other addresses are tried."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "an internal address")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet. False for a text that is not an IP address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _CLOSED_IPV4)
    return ip.scope_id is None and ip in _GIVEN_IPV6 and not any(ip in network for network in _CLOSED_IPV6)


def is_internal(host: str) -> bool:
    """Whether a host is written as an address of our own network."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return not is_public(host)


def guarded(allowed: Callable[[str], bool] = is_public) -> Callable[[tuple[Any, ...]], socket.socket]:
    """A factory of sockets for (family, type, protocol, name, address), to allowed addresses only.

    It raises AddressRefusedError before a socket is made.
    """

    def make(address_info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = address_info
        if not allowed(str(address[0])):
            raise AddressRefusedError
        return socket.socket(family=family, type=kind, proto=protocol)

    return make


def _guard(allowed: Callable[[str], bool]) -> Callable[[str], None]:
    def look(address: str) -> None:
        if not allowed(address):
            raise AddressRefusedError

    return look


# Anti-bot pages, which a site shows to visitors who have not proved that they are people. Such a page holds no news,
# and must not be taken for an empty one.
#
# The marks come from the guards' documentation and pages. Cloudflare sends `cf-mitigated: challenge`
# (https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/); the
# others are known by the names of their scripts. Ordinary pages of such sites have some of these too, but are larger.

REASON = "an anti-bot page instead of the site"
LARGEST = 32_768
"""The size, in bytes, up to which a page may be an anti-bot page."""

_MARK = re.compile(
    rb"_cf_chl_opt|<title>\s*(?:just a moment|ddos-guard|attention required! \| cloudflare)|ddos-guard/js-challenge"
    rb"|sucuri_cloudproxy_js|_incapsula_resource|captcha-delivery\.com|aes\.js.{0,400}__test=|<title>qrator",
    re.IGNORECASE | re.DOTALL,
)


def is_challenge(content: bytes, headers: Mapping[str, str]) -> bool:
    """Whether a response is such a page. Names in `headers` are lower case; LARGEST bytes of `content` are enough."""
    if headers.get("cf-mitigated") == "challenge":
        return True
    return len(content) <= LARGEST and _MARK.search(content) is not None


MOST_BYTES = 5_000_000
"""The most bytes of one document after decompression."""
MOST_REDIRECTS = 5
ROBOTS_BYTES = 512 << 10
"""How many bytes of a robots.txt are read. RFC 9309 §2.5 demands 500 KiB and lets us ignore the rest."""
HEADER_BYTES = 64 << 10
"""The longest header line that is accepted, in bytes. Browsers accept 256 KiB for all header lines together."""
ROBOTS_LIFE = 24 * 3600
"""How many seconds a robots.txt is used before it is fetched again (RFC 9309 §2.4)."""
AGENT = "QalaBot"
ROBOTS_REFUSE = "robots.txt closes it to us"
"""The reason given when a robots.txt forbids an address."""
_GUARDED = (403, 503)  # the statuses of anti-bot pages
_PERMANENT, _TEMPORARY = (301, 308), (302, 303, 307)
_KEPT_HEADERS = frozenset(
    ["age", "cache-control", "content-type", "date", "etag", "expires", "last-modified", "location", "retry-after"]
)
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9,"
    " text/html;q=0.8, */*;q=0.5"
)
_MOST_HOSTS = 2000


@dataclass(frozen=True, slots=True)
class Manners:
    """How a host is treated: seconds between requests, requests at once, and the longest Crawl-delay obeyed.

    Hosts of our own network are not slowed down, except by their robots.txt.
    """

    pace: float = 1.0
    at_once: int = 2
    longest_delay: float = 30.0


@dataclass(frozen=True, slots=True)
class Way:
    """How sites are reached: through a proxy if one is named, except hosts for which `direct` is true."""

    proxy: str | None = None
    direct: Callable[[str], bool] = lambda _host: False


class _Host:
    """What is remembered about a host: when its next request may start, its limits, and its robots.txt."""

    def __init__(self, manners: Manners) -> None:
        self.places = asyncio.Semaphore(manners.at_once)
        self.pace = manners.pace
        self.free_at = 0.0
        self.asking = asyncio.Lock()
        self.rules: Protego | None = None
        self.rules_until = 0.0

    async def turn(self) -> None:
        """Reserve the next moment at which this host may be asked, and wait for it."""
        now = asyncio.get_running_loop().time()
        wait = self.free_at - now
        self.free_at = max(now, self.free_at) + self.pace
        if wait > 0:
            await asyncio.sleep(wait)


class HttpFetcher:
    """Fetches documents over HTTP. Failures of a server or the network are a FetchFailure, never an exception.

    `private` allows internal addresses and any port; without it only `allowed` addresses and `ports` are reached.
    `clock` gives UTC seconds, for caches and Retry-After. `way` says how sites are reached.
    """

    def __init__(  # noqa: PLR0913 - nearly all of them are for tests
        self,
        *,
        private: bool = False,
        contact: str = "",
        manners: Manners = Manners(),
        seconds: float = 20.0,
        clock: Callable[[], float] = time.time,
        resolver: AbstractResolver | None = None,
        allowed: Callable[[str], bool] = is_public,
        ports: Collection[int] = (80, 443),
        way: Way = Way(),
    ) -> None:
        self._private = private
        self._ports = ports
        self._manners = manners
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        straight = aiohttp.TCPConnector(
            socket_factory=None if private else guarded(allowed), resolver=resolver, limit=64, keepalive_timeout=15
        )
        self._direct = way.direct
        self._session = _session(straight, seconds, contact)
        self._led = self._session
        """The session through the proxy, or the direct one without a proxy."""
        if way.proxy is not None:
            guard = None if private else _guard(allowed)
            led = ProxyConnector(way.proxy, guard=guard, resolver=resolver, limit=64, keepalive_timeout=15)
            self._led = _session(led, seconds, contact)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()
        await self._led.close()

    def _way(self, host: str) -> aiohttp.ClientSession:
        """The session for a host. Our own network and the operator's exceptions are never reached through the proxy."""
        return self._session if is_internal(host) or self._direct(host) else self._led

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Fetch the document at an address. Up to 5 redirects are followed; each is checked like the first address."""
        url, permanent = request.url, True
        cookies = aiohttp.CookieJar(unsafe=True)  # for this fetch: some sites redirect until their cookies come back
        for _ in range(MOST_REDIRECTS + 1):
            if refusal := self._refusal(url) or await self._robots_refusal(url):
                return refusal
            answer = await self._get(url, request, cookies)
            if not isinstance(answer, _Redirect):
                moved = url if permanent and url != request.url else None
                return _with_move(answer, moved)
            permanent = permanent and answer.permanent
            url = answer.url
        return FetchFailure(f"more than {MOST_REDIRECTS} redirects")

    def _refusal(self, url: str) -> FetchFailure | None:
        """Why an address must not be requested at all; None if it may be."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            return FetchFailure("not an address")
        if parts.scheme not in ("http", "https") or not host:
            return FetchFailure("not an http address")
        if parts.username is not None or parts.password is not None:
            return FetchFailure("an address with a user name")
        if not self._private and port is not None and port not in self._ports:
            return FetchFailure(f"port {port}")
        return None

    def _host(self, url: str) -> _Host:
        name = urlsplit(url).netloc.lower()
        if name not in self._hosts and len(self._hosts) >= _MOST_HOSTS:
            idle = next((n for n, host in self._hosts.items() if not host.asking.locked()), name)
            self._hosts.pop(idle, None)
        if name not in self._hosts:
            own = self._private and is_internal(urlsplit(url).hostname or "")
            self._hosts[name] = _Host(replace(self._manners, pace=0.0) if own else self._manners)
        return self._hosts[name]

    async def _robots_refusal(self, url: str) -> FetchFailure | None:
        """A FetchFailure if the host's robots.txt forbids this address or cannot be fetched (RFC 9309 §2.3.1), else
        None.
        """
        host = self._host(url)
        async with host.asking:
            if host.rules is None or host.rules_until <= self._clock():
                found = await self._robots(urljoin(url, "/robots.txt"))
                if isinstance(found, FetchFailure):
                    return found
                delay = found.crawl_delay(AGENT) or 0.0
                host.rules, host.rules_until = found, self._clock() + ROBOTS_LIFE
                host.pace = max(host.pace, min(delay, self._manners.longest_delay))
        return None if host.rules.can_fetch(url, AGENT) else FetchFailure(ROBOTS_REFUSE)

    async def _robots(self, url: str) -> Protego | FetchFailure:
        for _ in range(MOST_REDIRECTS + 1):
            if refusal := self._refusal(url):
                return refusal
            answer = await self._get(url, FetchRequest(url), robots=True)
            if isinstance(answer, _Redirect):
                url = answer.url
            elif isinstance(answer, Document):
                return Protego.parse(answer.content.decode("utf-8", "replace"))
            elif (
                isinstance(answer, FetchFailure)
                and answer.status
                and 400 <= answer.status < 500
                and answer.status != 429
            ):
                break  # no robots.txt: everything is allowed
            else:
                return answer if isinstance(answer, FetchFailure) else FetchFailure("robots.txt: unexpected answer")
        return Protego.parse("")

    async def _get(
        self, url: str, request: FetchRequest, cookies: aiohttp.CookieJar | None = None, *, robots: bool = False
    ) -> "FetchResult | _Redirect":
        host = self._host(url)
        async with host.places:
            await host.turn()
            try:
                target = URL(url)
                asked = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
                if cookies is not None and (sent := cookies.filter_cookies(target)):
                    asked["Cookie"] = "; ".join(f"{name}={one.coded_value}" for name, one in sent.items())
                if request.secret is not None and request.origin == origin_of(url):
                    name, _, value = request.secret.partition(": ")
                    asked[name] = value
                async with self._way(target.host or "").get(
                    target, allow_redirects=False, headers={name: value for name, value in asked.items() if value}
                ) as response:
                    if cookies is not None:
                        cookies.update_cookies(response.cookies, target)
                    return await self._read(url, response, robots=robots, most=request.most_bytes)
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                # ValueError: an address or a header that aiohttp or yarl cannot read, or a host name beyond IDNA.
                return FetchFailure(_clause(error))

    async def _read(
        self, url: str, response: aiohttp.ClientResponse, *, robots: bool, most: int | None = None
    ) -> "FetchResult | _Redirect":
        # Other characters could be sent back by us as extra headers, or not fit into the store.
        headers = {
            name.lower(): value[:500]
            for name, value in response.headers.items()
            if name.lower() in _KEPT_HEADERS and value.isascii() and value.isprintable()
        }
        status = response.status
        if status == HTTPStatus.NOT_MODIFIED:
            return NotModified(headers)
        if status in (*_PERMANENT, *_TEMPORARY):
            target = response.headers.get("Location", "")
            # urljoin keeps "http:\\host" as it is; _refusal then finds no host in it.
            return (
                _Redirect(urljoin(url, target), status in _PERMANENT) if target else FetchFailure("redirect to nowhere")
            )
        if status != HTTPStatus.OK:
            read = await response.content.read(LARGEST) if status in _GUARDED else b""
            guarded = is_challenge(read, response.headers)
            reason = f"{REASON} (HTTP {status})" if guarded else f"HTTP {status}"
            return FetchFailure(reason, status, retry_after(headers, int(self._clock())), headers)
        most = ROBOTS_BYTES if robots else most or MOST_BYTES
        content = bytearray()
        try:
            async for chunk in response.content.iter_chunked(64 << 10):
                content += chunk
                if len(content) > most and robots:
                    break
                if len(content) > most:
                    return FetchFailure(f"more than {most >> 10} kB", headers=headers)
        except aiohttp.ClientPayloadError:
            if not content:
                raise
            # The response was cut off. What arrived is read, as browsers do; its validators are dropped, so that the
            # next fetch asks for all of it again.
            headers = {name: value for name, value in headers.items() if name not in ("etag", "last-modified")}
        if is_challenge(bytes(content), response.headers):
            return FetchFailure(REASON, status, headers=headers)
        return Document(url, bytes(content), headers)


def _session(connector: aiohttp.TCPConnector, seconds: float, contact: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        max_line_size=HEADER_BYTES,
        max_field_size=HEADER_BYTES,
        timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=min(5.0, seconds)),
        headers={
            "User-Agent": f"{AGENT}/{__version__} (news for Telegram; {contact or 'QALA_CONTACT is not set'})",
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip, deflate",
            "Accept-Language": "kk, ru;q=0.9, *;q=0.5",
        },
    )


@dataclass(frozen=True, slots=True)
class _Redirect:
    url: str
    permanent: bool


def _with_move(answer: FetchResult, moved: str | None) -> FetchResult:
    if isinstance(answer, Document):
        return Document(answer.url, answer.content, answer.headers, moved)
    return NotModified(answer.headers, moved) if isinstance(answer, NotModified) else answer


def _clause(error: Exception) -> str:
    """What went wrong, in a few words without the address."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not valid"
    if isinstance(error, aiohttp.ClientSSLError):
        return "it does not speak https"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name is not known"
    if isinstance(error, aiohttp.ClientConnectorError):
        if isinstance(error.os_error, AddressRefusedError):
            return "an internal address"
        if isinstance(error.os_error, ProxyFailureError):
            return error.os_error.strerror or "the proxy does not lead there"
        if isinstance(error.os_error, ConnectionRefusedError):
            return "nothing listens there"
        return f"no connection ({error.os_error.strerror or type(error.os_error).__name__})"[:120]
    return f"broken answer ({type(error).__name__})"
