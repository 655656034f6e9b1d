"""Fifty strangers' sites over real HTTP for a simulated day: every format, every politeness header, every fault.

Each stands at an address of its own (127.0.0.10 and on). It knows what it published, what it was asked, and which of
its articles it has put into an answer that can be read: exactly those must be in the store at the end.
"""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape
from typing import Any

from aiohttp import web

HOUR = 3600
LOCAL = timezone(timedelta(hours=5))
SHOWN = 40
"""Items a feed shows: more than come between two looks, so that nothing may be missed."""


@dataclass
class Clock:
    """The simulated time (UTC seconds) everybody shares."""

    now: int

    def __call__(self) -> int:
        return self.now


@dataclass(frozen=True)
class Piece:
    """One article of an outlet."""

    number: int
    at: int
    title: str
    text: str


Respond = Callable[["Outlet", web.Request], "web.StreamResponse | None"]


@dataclass
class Outlet:
    """A site of the fleet. `trouble` may answer in its place; `headers` are added to its feed's answers."""

    name: str
    form: str
    every: int
    clock: Clock
    began: int
    ends: int
    host: str = ""
    headers: Callable[["Outlet"], dict[str, str]] = lambda _: {}
    trouble: Respond = lambda *_: None
    encoding: str = "utf-8"
    full_text: bool = False
    extra: str = ""
    readable: bool = True
    asked: list[tuple[int, str, int]] = field(default_factory=list)
    served: dict[str, int] = field(default_factory=dict)

    def pieces(self) -> list[Piece]:
        """What is published by now, newest first: two before the fleet began, then one every so many seconds until
        shortly before its end."""
        last = min(self.clock.now, self.ends - min(2 * HOUR, (self.ends - self.began) // 4))
        times = [self.began - 2 * HOUR, self.began - HOUR, *range(self.began + self.every // 2, last + 1, self.every)]
        found = [Piece(n, at, *_words(self.name, n)) for n, at in enumerate(times)]
        return found[::-1][:SHOWN]

    def link(self, piece: Piece) -> str:
        """The address of an article."""
        return f"{self.host}/news/{1000 + piece.number}-{self.name}-zhanalyq"

    def requests(self, path: str = "/feed") -> list[tuple[int, int]]:
        """When a path was asked and what it answered."""
        return [(at, status) for at, asked, status in self.asked if asked == path]

    def answer(self, request: web.Request) -> web.StreamResponse:
        """What the site sends."""
        if (answer := self.trouble(self, request)) is not None:
            return answer
        if request.path == "/robots.txt":
            return web.Response(text="User-agent: *\nDisallow: /admin\n")
        if request.path.startswith("/news/"):
            return self._page(request)
        if request.path not in ("/feed", "/child.xml", "/moved"):
            return web.Response(status=404)
        pieces = self.pieces()
        headers = {"Content-Type": "text/xml", **self.headers(self)}
        sent = (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since"))
        if any(sent) and sent == (headers.get("ETag"), headers.get("Last-Modified")):
            return web.Response(status=304, headers=headers)
        body = self._body(request.path, pieces)
        if self.readable and not (self.form == "index" and request.path == "/feed"):
            for piece in pieces:
                self.served.setdefault(self.link(piece), self.clock.now)
        return web.Response(body=body, headers=headers)

    def _body(self, path: str, pieces: list[Piece]) -> bytes:
        if self.form == "index" and path == "/feed":
            return (
                '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>'
                f"<loc>{self.host}/child.xml</loc></sitemap></sitemapindex>"
            ).encode()
        form = _FORMS["sitemap" if self.form == "index" else self.form]
        return form(self, pieces).encode(self.encoding, "xmlcharrefreplace")

    def _page(self, request: web.Request) -> web.Response:
        piece = next((one for one in self.pieces() if self.link(one).endswith(request.path)), None)
        if piece is None:
            return web.Response(status=404)
        stamp = datetime.fromtimestamp(piece.at, LOCAL).isoformat()
        return web.Response(
            content_type="text/html",
            text=f'<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>{escape(piece.title)}</title>'
            f'<meta property="og:title" content="{escape(piece.title)}">'
            f'<meta property="article:published_time" content="{stamp}"></head><body><article>'
            f"<h1>{escape(piece.title)}</h1>{''.join(f'<p>{escape(piece.text)} Абзац {n}.</p>' for n in range(1, 5))}"
            "</article></body></html>",
        )


def _words(name: str, number: int) -> tuple[str, str]:
    title = f"В городе открыли остановку {number} на улице {name}"
    text = f"Новая остановка {number} открылась утром, сообщили в акимате. Автобусы ходят каждые десять минут."
    return title, text


def _rss(outlet: Outlet, pieces: list[Piece]) -> str:
    rows = "".join(
        f"<item><title>{escape(one.title)}</title><link>{outlet.link(one)}</link><guid>{outlet.name}-{one.number}</guid>"
        f"<pubDate>{format_datetime(datetime.fromtimestamp(one.at, LOCAL))}</pubDate>"
        f"<description>{escape(one.text)}</description></item>"
        for one in pieces
    )
    head = f"<title>{outlet.name}</title><link>{outlet.host}</link>{outlet.extra}"
    return f'<?xml version="1.0" encoding="{outlet.encoding}"?><rss version="2.0"><channel>{head}{rows}</channel></rss>'


def _atom(outlet: Outlet, pieces: list[Piece]) -> str:
    rows = "".join(
        f'<entry><title type="html">{escape(escape(one.title))}</title><id>tag:{outlet.name},2026:{one.number}</id>'
        f'<link href="{outlet.link(one)}"/><updated>{datetime.fromtimestamp(one.at, UTC).isoformat()}</updated>'
        f"<summary>{escape(one.text)}</summary></entry>"
        for one in pieces
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{outlet.name}</title>{rows}</feed>'


def _rdf(outlet: Outlet, pieces: list[Piece]) -> str:
    rows = "".join(
        f'<item rdf:about="{outlet.link(one)}"><title>{escape(one.title)}</title><link>{outlet.link(one)}</link>'
        f"<description>{escape(one.text)}</description>"
        f"<dc:date>{datetime.fromtimestamp(one.at, LOCAL).isoformat()}</dc:date></item>"
        for one in pieces
    )
    return (
        f'<?xml version="1.0" encoding="{outlet.encoding}"?><rdf:RDF xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{outlet.host}"><title>{outlet.name}</title></channel>{rows}</rdf:RDF>'
    )


def _json(outlet: Outlet, pieces: list[Piece]) -> str:
    items = [
        {
            "id": str(one.number),
            "url": outlet.link(one),
            "title": one.title,
            "content_text": one.text,
            "date_published": datetime.fromtimestamp(one.at, LOCAL).isoformat(),
        }
        for one in pieces
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": outlet.name, "items": items})


def _sitemap(outlet: Outlet, pieces: list[Piece]) -> str:
    rows = "".join(
        f"<url><loc>{outlet.link(one)}</loc><n:news><n:publication><n:name>{outlet.name}</n:name></n:publication>"
        f"<n:publication_date>{datetime.fromtimestamp(one.at, LOCAL).isoformat()}</n:publication_date>"
        f"<n:title>{escape(one.title)}</n:title></n:news></url>"
        for one in pieces
    )
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{rows}</urlset>'
    )


def _page(outlet: Outlet, pieces: list[Piece]) -> str:
    rows = "".join(
        f'<article><h2><a href="{outlet.link(one)}">{escape(one.title)}</a></h2></article>' for one in pieces
    )
    return f"<!doctype html><html><head><title>{outlet.name}</title></head><body><main>{rows}</main></body></html>"


_FORMS = {"rss": _rss, "atom": _atom, "rdf": _rdf, "json": _json, "sitemap": _sitemap, "page": _page}


def _etag(outlet: Outlet) -> dict[str, str]:
    return {"ETag": f'"{outlet.pieces()[0].number}"'}


def _modified(outlet: Outlet) -> dict[str, str]:
    return {"Last-Modified": format_datetime(datetime.fromtimestamp(outlet.pieces()[0].at, UTC), usegmt=True)}


def _only(**headers: str) -> Callable[[Outlet], dict[str, str]]:
    return lambda _: {name.replace("_", "-"): value for name, value in headers.items()}


def _expires(outlet: Outlet) -> dict[str, str]:
    now = datetime.fromtimestamp(outlet.clock.now, UTC)
    return {
        "Date": format_datetime(now, usegmt=True),
        "Expires": format_datetime(now + timedelta(hours=1), usegmt=True),
    }


def _in_trouble(outlet: Outlet) -> bool:
    """The second quarter of the day."""
    length = outlet.ends - outlet.began
    return outlet.began + length // 4 <= outlet.clock.now < outlet.began + length // 2


def _while_in_trouble(answer: Callable[[Outlet], web.StreamResponse]) -> Respond:
    return lambda outlet, request: answer(outlet) if _in_trouble(outlet) and request.path == "/feed" else None


def _always(answer: Callable[[Outlet, web.Request], web.StreamResponse | None]) -> Respond:
    return lambda outlet, request: None if request.path == "/robots.txt" else answer(outlet, request)


def _moved(status: int) -> Respond:
    def respond(outlet: Outlet, request: web.Request) -> web.StreamResponse | None:
        return web.Response(status=status, headers={"Location": "/moved"}) if request.path == "/feed" else None

    return respond


def _bytes(content: bytes, **headers: str) -> Respond:
    return _always(lambda *_: web.Response(body=content, headers=headers))


BOMB = gzip.compress(b"<rss><channel><title>" + b"0" * 30_000_000 + b"</title></channel></rss>", 9)
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><rss><channel><title>&a9;</title></channel></rss>"
).encode()
POISON = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>a</title><author>'
    + b"a" * 64_000
    + b"</author></item></channel></rss>"
)
SLOW_SECONDS = 1.0


class Slow(web.Response):
    """Headers at once, then nothing for longer than anybody waits."""

    async def prepare(self, request: web.BaseRequest):
        """Keep the reader waiting."""
        await asyncio.sleep(SLOW_SECONDS * 3)
        return await super().prepare(request)


Kind = tuple[str, str, int, dict[str, Any]]
"""An outlet's name, its form, its minutes between two articles, and what is special about it."""


def _usual() -> Iterator[Kind]:
    """Outlets of every form that answer as they should."""
    for number, minutes in enumerate((10, 20, 30, 45, 60, 90)):
        yield f"rss{number}", "rss", minutes, {"headers": _etag if number % 2 else lambda _: {}}
    for number, minutes in enumerate((15, 30, 60, 120)):
        yield f"atom{number}", "atom", minutes, {"headers": _modified if number % 2 else _etag}
    for name, form, encoding in (
        ("rdf-1251", "rdf", "windows-1251"),
        ("rdf-koi8", "rdf", "koi8-r"),
        ("rss-1251", "rss", "windows-1251"),
        ("rss-utf16", "rss", "utf-16"),
    ):
        yield name, form, 40, {"encoding": encoding}
    for number, minutes in enumerate((20, 60, 90)):
        yield f"json{number}", "json", minutes, {"headers": _etag}
    for number, minutes in enumerate((30, 60, 120)):
        yield f"sitemap{number}", "sitemap", minutes, {}
    yield "index0", "index", 60, {}
    yield "section0", "page", 45, {}
    yield "section1", "page", 90, {}
    yield "teaser0", "rss", 40, {"full_text": True}
    yield "teaser1", "atom", 90, {"full_text": True, "headers": _etag}


def _polite(began: int) -> Iterator[Kind]:
    """Outlets that say how often they may be asked."""
    yield "max-age", "rss", 30, {"headers": _only(Cache_Control="public, max-age=2400")}
    yield "no-cache", "rss", 30, {"headers": _only(Cache_Control="no-cache, max-age=86400")}
    yield "expires", "atom", 30, {"headers": _expires}
    yield "ttl", "rss", 30, {"extra": "<ttl>30</ttl>"}
    yield "skip-hours", "rss", 30, {"extra": f"<skipHours><hour>{began // HOUR % 24 + 1}</hour></skipHours>"}
    yield "both", "rss", 25, {"headers": lambda outlet: _etag(outlet) | _modified(outlet)}


def _troubled() -> Iterator[Kind]:
    """Outlets that answer wrongly for a while, and those that move."""
    for name, form, answer in (
        ("errors", "rss", lambda _: web.Response(status=500)),
        ("unavailable", "rss", lambda _: web.Response(status=503, headers={"Retry-After": "1800"})),
        ("too-many", "atom", lambda _: web.Response(status=429, headers={"Retry-After": "1200"})),
        ("home-page", "rss", lambda _: web.Response(text="<html><body>Главная</body></html>")),
        ("empty", "rss", lambda _: web.Response(text="")),
        ("slow", "rss", lambda _: Slow(text="")),
        ("truncated", "rss", lambda outlet: web.Response(body=_rss(outlet, outlet.pieces()[:0]).encode()[:80])),
    ):
        yield name, form, 30, {"trouble": _while_in_trouble(answer)}
    yield "moved-301", "rss", 30, {"trouble": _moved(301)}
    yield "moved-308", "atom", 30, {"trouble": _moved(308)}
    yield "moved-302", "rss", 30, {"trouble": _moved(302)}


def _hopeless() -> Iterator[Kind]:
    """Outlets that never give anything to read, or only do harm."""

    def forbidding(_: Outlet, request: web.Request) -> web.StreamResponse | None:
        return web.Response(text="User-agent: QalaBot\nDisallow: /") if request.path == "/robots.txt" else None

    for name, trouble in (
        ("gone", _always(lambda *_: web.Response(status=410))),
        ("missing", _always(lambda *_: web.Response(status=404))),
        ("forbidden", _always(lambda *_: web.Response(status=403))),
        ("robots", forbidding),
        ("loop", _always(lambda *_: web.Response(status=302, headers={"Location": "/feed"}))),
        ("bomb", _bytes(BOMB, **{"Content-Encoding": "gzip"})),
        ("entities", _bytes(ENTITIES)),
        ("poison", _bytes(POISON)),
        ("binary", _bytes(bytes(range(256)) * 40)),
    ):
        yield name, "rss", 40, {"trouble": trouble, "readable": False}


def make_fleet(clock: Clock, hours: int) -> list[Outlet]:
    """Fifty outlets for a day of so many hours, each at an address of its own."""
    began, ends = clock.now, clock.now + hours * HOUR
    kinds = (*_usual(), *_polite(began), *_troubled(), *_hopeless())
    return [
        Outlet(name, form, minutes * 60, clock, began, ends, host=f"http://127.0.0.{10 + number}", **more)
        for number, (name, form, minutes, more) in enumerate(kinds)
    ]


@asynccontextmanager
async def sailing(fleet: list[Outlet]) -> AsyncIterator[None]:
    """The fleet answers while the block runs."""
    app = web.Application()

    async def respond(request: web.Request) -> web.StreamResponse:
        outlet = by_host[request.host.partition(":")[0]]
        answer = outlet.answer(request)
        outlet.asked.append((outlet.clock.now, request.path, answer.status))
        return answer

    app.router.add_route("*", "/{path:.*}", respond)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    by_host = {outlet.host.removeprefix("http://"): outlet for outlet in fleet}
    await web.TCPSite(runner, "0.0.0.0", 0).start()
    for outlet in fleet:
        outlet.host += f":{runner.addresses[0][1]}"
    try:
        yield
    finally:
        await runner.cleanup()
