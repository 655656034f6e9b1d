"""A stranger's web site for tests: real HTTP on a port of this machine, answering what a test tells it to."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """`site["/rss"] = body, headers` or a handler; everything asked is in `asked` as «GET /rss 304»."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.seen: list[Mapping[str, str]] = []
        self.url = ""
        self.closing = False

    def __setitem__(self, path: str, answer: "str | bytes | Answer | tuple[str | bytes, Mapping[str, str]]") -> None:
        if callable(answer):
            self.answers[path] = answer
            return
        body, headers = answer if isinstance(answer, tuple) else (answer, {})

        async def respond(request: web.Request) -> web.StreamResponse:
            validators = [headers.get("ETag"), headers.get("Last-Modified")]
            sent = [request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")]
            if any(sent) and all(one is None or one == other for one, other in zip(sent, validators, strict=True)):
                return web.Response(status=304, headers=headers)
            content = body.encode() if isinstance(body, str) else body
            return web.Response(body=content, headers={"Content-Type": "text/xml", **headers})

        self.answers[path] = respond

    def redirect(self, path: str, to: str, status: int = 301) -> None:
        """Answer a path with a redirect."""

        async def respond(_: web.Request) -> web.StreamResponse:
            return web.Response(status=status, headers={"Location": to})

        self.answers[path] = respond

    def status(self, path: str, status: int, headers: Mapping[str, str] | None = None) -> None:
        """Answer a path with a status."""

        async def respond(_: web.Request) -> web.StreamResponse:
            return web.Response(status=status, headers=headers or {})

        self.answers[path] = respond

    def pages(self) -> list[str]:
        """What was asked, robots.txt left out."""
        return [asked for asked in self.asked if "/robots.txt" not in asked]

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(dict(request.headers))
        answer = self.answers.get(request.path_qs) or self.answers.get(request.path)
        response = await answer(request) if answer else web.Response(status=404)
        self.asked.append(f"{request.path_qs} {response.status}")
        if self.closing:
            response.force_close()
        return response


@asynccontextmanager
async def serve(site: Site, host: str = "127.0.0.1", *, closing: bool = False):
    """The site on a free port of this machine while the block runs; `closing` ends a connection with each answer."""
    site.closing = closing
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site._respond)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    listener = web.TCPSite(runner, host, 0)
    await listener.start()
    site.url = f"http://{host}:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()


def rss(items: Sequence[tuple[str, str, int]], extra: str = "", title: str = "Қала жаңалықтары") -> str:
    """An RSS 2.0 feed of (title, link, second of publication), each with two sentences of text."""
    rows = "".join(
        f"<item><title>{escape(name)}</title><link>{escape(link)}</link><guid>{escape(link)}</guid>"
        f"<pubDate>{format_datetime(datetime.fromtimestamp(at, UTC))}</pubDate>"
        f"<description>{escape(name)}. Бұл туралы қала әкімдігі хабарлады.</description></item>"
        for name, link, at in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(title)}</title>{extra}{rows}</channel></rss>"
    )
