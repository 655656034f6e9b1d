"""No stranger's link reaches an internal address: 300 ways to name one, and a canary that listens."""

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp.abc import AbstractResolver

from bot.collecting.fetch import HttpFetcher, Manners, is_public
from news.feeds.source import Document, FetchFailure, FetchRequest
from tests.site import Site, serve

LITERALS = [
    "127.0.0.1",
    "127.0.0.2",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.254",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "::ffff:0:7f00:1",
]
SPELLINGS = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "127.0.0.1.",
    "127.000.000.001",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "%31%32%37.0.0.1",
    "[::1%25lo]",
    "[fe80::1%25lo]",
    "[0:0:0:0:0:0:0:1]",
]
HOSTS = [f"[{literal}]" if ":" in literal else literal for literal in LITERALS] + SPELLINGS
WAYS = ("direct", "redirect", "permanent redirect", "robots", "dns", "mixed dns", "redirect to dns", "rebinding")
CASES = [(way, address) for way in WAYS for address in (LITERALS if "dns" in way or way == "rebinding" else HOSTS)]


class Canary:
    """Listens on every address of this machine and counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self.port = 0

    async def visit(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.close()


class Names(AbstractResolver):
    """A name server in a stranger's hand: each question for a name gets its next answer, the last one for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = itertools.chain(answers, itertools.repeat(answers[-1]))

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[dict]:
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
            for address in (["127.0.0.9"] if host == "site.example" else next(self.answers))
        ]

    async def close(self) -> None:
        pass


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    bird = Canary()
    server = await asyncio.start_server(bird.visit, "0.0.0.0", 0)
    bird.port = server.sockets[0].getsockname()[1]
    servers = [server]
    with contextlib.suppress(OSError):  # a machine without IPv6
        servers.append(await asyncio.start_server(bird.visit, "::", bird.port))
    yield bird
    for one in servers:
        one.close()


def fetcher(canary: Canary, site: Site, names: Names | None = None) -> HttpFetcher:
    """A fetcher that takes the stranger's own site, and no other address of this machine, for the Internet."""
    own = int(site.url.rsplit(":", 1)[1])
    return HttpFetcher(
        manners=Manners(pace=0),
        seconds=3,
        resolver=names,
        allowed=lambda address: address == "127.0.0.9" or is_public(address),
        ports=(canary.port, own),
    )


async def attempt(way: str, address: str, canary: Canary, site: Site) -> object:
    host = f"[{address}]" if ":" in address and not address.startswith("[") else address
    target = f"http://{host}:{canary.port}/rss"
    named = f"http://news.example:{canary.port}/rss"
    entry = site.url.replace("127.0.0.1", "127.0.0.9")
    site.answers.clear()
    names = None
    if way == "dns":
        names, url = Names([address]), named
    elif way == "mixed dns":
        names, url = Names(["2001:db8::1", address], [address, "10.0.0.1"]), named
    elif way == "redirect to dns":
        names, url = Names([address]), f"http://site.example:{entry.rsplit(':', 1)[1]}/go"
        site.redirect("/go", named, 302)
    elif way == "rebinding":
        names, url = Names(["127.0.0.9"], [address]), f"http://news.example:{entry.rsplit(':', 1)[1]}/rss"
    elif way == "robots":
        site.redirect("/robots.txt", target, 302)
        url = f"{entry}/rss"
    elif way == "direct":
        url = target
    else:
        site.redirect("/go", target, 301 if way.startswith("permanent") else 307)
        url = f"{entry}/go"
    async with fetcher(canary, site, names) as one:
        if names:
            one._session.connector._use_dns_cache = False
        return await one.fetch(FetchRequest(url))


@pytest.mark.parametrize("way", WAYS)
async def test_no_internal_address_is_reached(canary, way):
    cases = [address for kind, address in CASES if kind == way]
    async with serve(Site(), host="127.0.0.9", closing=way == "rebinding") as site:
        site.url = site.url.replace("127.0.0.9", "127.0.0.1")
        for address in cases:
            answer = await attempt(way, address, canary, site)
            assert isinstance(answer, FetchFailure), f"{way} {address}: {answer}"
            assert canary.visits == 0, f"{way} {address} reached the canary"


async def test_the_canary_is_alive(canary):
    async with HttpFetcher(private=True, seconds=3) as one:
        await one.fetch(FetchRequest(f"http://127.0.0.1:{canary.port}/rss"))
    assert canary.visits > 0


def test_there_are_at_least_240_cases():
    assert len(CASES) >= 240
    assert len(set(CASES)) == len(CASES)


@pytest.mark.parametrize("address", ["8.8.8.8", "92.46.0.1", "2a00:1450:4001:81b::200e", "2606:4700::6810:84e5"])
def test_public_addresses_are_open(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.kz/rss",
        "file:///etc/passwd",
        "http://user:secret@example.kz/rss",
        "http://example.kz:22/",
        "http://example.kz:6379/",
        "http:///rss",
        "http://[bad/rss",
        "http://example.kz:99999/",
        "javascript:alert(1)",
        "http://" + "a" * 300 + ".kz/",
    ],
)
async def test_an_address_that_is_none_of_news_is_refused_before_any_name_is_asked(url):
    async with HttpFetcher(seconds=2, resolver=Names(["127.0.0.1"])) as one:
        assert isinstance(await one.fetch(FetchRequest(url)), FetchFailure)


async def test_the_guard_lets_public_servers_through(canary):
    async with serve(Site(), host="127.0.0.9") as site:
        site["/rss"] = "<rss/>"
        async with fetcher(canary, site) as one:
            assert isinstance(await one.fetch(FetchRequest(f"{site.url}/rss")), Document)
