"""The bot's web server: limits on connections, the webhook, /healthz, /readyz and /metrics."""

import asyncio
import hmac
import json
import resource
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiohttp import web

from bot.config import Settings, SettingsError
from bot.intake.handling import number_of
from bot.intake.metrics import Metrics
from bot.sending.answers import TROUBLE, in_words
from bot.supervisor import FIRST_PAUSE, Supervisor, going_on
from storage import Storage, StorageError

# Limits on connections: slow ones are closed, and too many are not accepted. Neither fills the log.
#
# aiohttp waits for a request's head for ever, and a program out of descriptors can neither ask Telegram nor write.

HEAD_SECONDS: Final = 5.0
"""Seconds for a request's head, from the connection or, on an idle one, from the request's first byte."""
IDLE_SECONDS: Final = 60.0
"""Seconds that an idle connection is kept open."""
_LINGER_SECONDS = 2.0
_MOST = 256
_SAID_SECONDS = 60.0


def most_connections() -> int:
    """A quarter of this program's file descriptors, at most 256: the others are for Telegram, files and sources."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else max(8, min(_MOST, soft // 4))


class Door:
    """Serves an application at an address, within these limits."""

    def __init__(self, app: web.Application, most: int | None = None) -> None:
        app.middlewares.append(self._inside)
        self.most = most_connections() if most is None else most
        self.connections: dict[asyncio.BaseTransport, _Connection] = {}
        self.port: int | None = None
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=5.0, keepalive_timeout=IDLE_SECONDS, lingering_time=_LINGER_SECONDS
        )
        self._listening: asyncio.Server | None = None
        self._turned_away = 0
        self._said = float("-inf")

    async def open(self, host: str, port: int) -> None:
        """Listen. Raises OSError."""
        await self._runner.setup()
        try:
            self._listening = await asyncio.get_running_loop().create_server(self._connection, host, port)
        except OSError:
            await self.close()
            raise
        self.port = self._listening.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening, and give open requests a few seconds to end."""
        if self._listening is not None:
            self._listening.close()
        await self._runner.cleanup()

    def turned_away(self) -> None:
        """Count a connection for which there is no room; it is logged once a minute."""
        self._turned_away += 1
        now = asyncio.get_running_loop().time()
        if now - self._said >= _SAID_SECONDS:
            log.warning("more connections than there is room for", most=self.most, turned_away=self._turned_away)
            self._said = now

    def _connection(self) -> asyncio.Protocol:
        server = self._runner.server
        assert server is not None
        return _Connection(self, server())

    @web.middleware
    async def _inside(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        connection = self.connections.get(request.transport) if request.transport is not None else None
        if connection is None:
            return await handler(request)
        connection.asked()
        try:
            return await handler(request)
        finally:
            connection.answered()


class _Connection(asyncio.Protocol):
    """Stands between a transport and aiohttp's protocol. A timer runs while no request is being answered."""

    def __init__(self, door: Door, inner: asyncio.Protocol) -> None:
        self._door = door
        self._inner = inner
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._idle = False
        self._let_in = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Accept the connection if there is room."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if len(self._door.connections) >= self._door.most:
            self._door.turned_away()
            transport.abort()
            return
        self._let_in = True
        self._door.connections[transport] = self
        self._inner.connection_made(transport)
        self._wait(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._cancel()
        if self._let_in and self._transport is not None:
            self._door.connections.pop(self._transport, None)
            self._inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass bytes on; the first of a request start its timer."""
        if not self._let_in:
            return
        if self._idle:
            self._idle = False
            self._wait(HEAD_SECONDS)
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Pass on that no more bytes come."""
        return self._inner.eof_received() if self._let_in else None

    def pause_writing(self) -> None:
        """Pass on that the client does not read."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass on that the client reads again."""
        self._inner.resume_writing()

    def asked(self) -> None:
        """Stop the timer: the request's head is complete, and the handler watches the time from now on."""
        self._cancel()

    def answered(self) -> None:
        """Wait for the next request, for a limited time."""
        self._idle = True
        self._wait(IDLE_SECONDS)

    def _wait(self, seconds: float) -> None:
        self._cancel()
        if self._transport is not None and not self._transport.is_closing():
            self._timer = asyncio.get_running_loop().call_later(seconds, self._transport.abort)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


log = structlog.get_logger()

LARGEST_UPDATE = 1 << 20
BODY_SECONDS = 5.0
_LOOK_AGAIN_SECONDS = 300.0
_LONGEST_PAUSE = 30.0
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name

TakeUpdates = Callable[[Sequence[dict[str, Any]]], Awaitable[None]]


class WebhookHandler:
    """Receives updates by webhook: checks the secret, reads the body, and acknowledges when they are stored."""

    def __init__(self, url: str, secret: str, take: TakeUpdates | None = None) -> None:
        """`take` may be set later; until then Telegram is told to try again."""
        self.url = url
        self.path = urlsplit(url).path or "/"
        self.secret = secret
        self.take = take

    async def receive(self, request: web.Request) -> web.Response:
        """Take one update. 401 for a wrong secret (compared in constant time); 413, 408 and 400 for a bad body.

        503 if it cannot be taken in now.
        """
        given = request.headers.get(_SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self.secret.encode()):
            return web.Response(status=401)
        if (request.content_length or 0) > LARGEST_UPDATE:
            return web.Response(status=413)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except TimeoutError:
            return web.Response(status=408)
        except (
            ConnectionError,
            web.RequestPayloadError,
        ):  # the sender has hung up
            return web.Response(status=400)
        if len(body) > LARGEST_UPDATE:
            return web.Response(status=413)
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if number_of(update) is None:
            return web.Response(status=400)
        if self.take is None:
            return web.Response(status=503)
        try:
            await self.take([update])
        except StorageError:
            return web.Response(status=503)  # whoever could not take it has reported it
        return web.Response()

    async def register(self, bot: Bot, allowed: list[str], *, anew: bool = False) -> None:
        """Set the webhook if Telegram does not have it yet; waiting updates are not dropped.

        `anew`: set it in any case, because Telegram does not tell which secret it has.
        """
        known = await bot.get_webhook_info()
        if (
            not anew
            and known.url == self.url
            and sorted(known.allowed_updates or []) == sorted(allowed)
            and not known.last_error_date
        ):
            return
        await bot.set_webhook(self.url, secret_token=self.secret, allowed_updates=allowed, max_connections=40)
        log.info("webhook registered", waiting=known.pending_update_count)


class WebhookIntake:
    """Keeps our webhook set at Telegram until it is told to stop."""

    hangs_after = 2 * _LOOK_AGAIN_SECONDS

    def __init__(self, bot: Bot, webhook: WebhookHandler, allowed: list[str], supervisor: Supervisor) -> None:
        self._bot = bot
        self._supervisor = supervisor
        self._webhook = webhook
        self._allowed = allowed
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Stop looking after the webhook."""
        self._stopping.set()

    async def run(self) -> None:
        """Set the webhook now, and check it every few minutes."""
        anew, pause = True, FIRST_PAUSE
        while not self._stopping.is_set():
            going_on()
            seconds = _LOOK_AGAIN_SECONDS
            try:
                await self._webhook.register(self._bot, self._allowed, anew=anew)
            except TROUBLE as error:
                self._supervisor.ill("intake", "webhook", f"QALA_WEBHOOK_URL: not registered: {in_words(error)}")
                seconds, pause = pause, min(pause * 2, _LONGEST_PAUSE)
            else:
                anew, pause = False, FIRST_PAUSE
                self._supervisor.well("intake", "webhook")
            try:
                async with asyncio.timeout(seconds):
                    await self._stopping.wait()
            except TimeoutError:
                continue


async def _body(request: web.Request) -> bytes:
    """The body, up to one byte more than is allowed."""
    body = await request.content.read(LARGEST_UPDATE + 1)
    while len(body) <= LARGEST_UPDATE and (more := await request.content.read(LARGEST_UPDATE + 1 - len(body))):
        body += more
    return body


def webhook_of(settings: Settings) -> WebhookHandler | None:
    """The webhook of the settings; None for polling. Raises SettingsError without a secret."""
    if settings.webhook_url is None:
        return None
    if settings.webhook_secret is None:
        raise SettingsError("QALA_WEBHOOK_SECRET: not set; without it anybody could send updates to QALA_WEBHOOK_URL")
    return WebhookHandler(settings.webhook_url, settings.webhook_secret.get_secret_value())


async def serve(
    listen: str,
    ready: Callable[[], Awaitable[str | None]],
    metrics: Callable[[], Awaitable[bytes]],
    webhook: WebhookHandler | None,
    metrics_secret: str | None = None,
) -> Door | None:
    """Start serving at `host:port` (port 0: any free one); None for 'off'. Raises SettingsError if it cannot.

    A webhook is served even if the rest is off, because no update would come without it. `ready` says what is broken.
    With a webhook this port is public: /metrics then demands `metrics_secret`, and is off without one.
    """
    if listen == "off" and webhook is None:
        return None
    host, _, port = ("127.0.0.1:0" if listen == "off" else listen).rpartition(":")
    if not host or not port.isdigit():
        raise SettingsError(f"QALA_LISTEN: {listen!r} is not like 127.0.0.1:8090, nor off")

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        why = await ready()
        told = {"ready": why is None, "why": why} if why is not None else {"ready": True}
        return web.json_response(told, status=200 if why is None else 503)

    async def metrics_page(request: web.Request) -> web.Response:
        if metrics_secret is not None and not _shows(request, metrics_secret):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        return web.Response(body=await metrics(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    # So a header of 64 kB gets a 401 like any wrong secret, and is not refused as malformed.
    app = web.Application(client_max_size=LARGEST_UPDATE, handler_args={"max_field_size": 1 << 17})
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    if webhook is None or metrics_secret is not None:
        app.router.add_get("/metrics", metrics_page)
    if webhook is not None:
        app.router.add_post(webhook.path, webhook.receive)
    door = Door(app)
    try:
        await door.open(host.strip("[]"), int(port))
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsError(f"QALA_LISTEN: cannot listen on {listen}: {reason}") from None
    return door


def _shows(request: web.Request, secret: str) -> bool:
    given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, f"Bearer {secret}".encode())


class Front:
    """The web server from the program's first moment on: alive, not ready yet, and taking no updates."""

    def __init__(self, settings: Settings, supervisor: Supervisor, metrics: Metrics) -> None:
        self._settings = settings
        self._supervisor = supervisor
        self._metrics = metrics
        self._door: Door | None = None
        self.webhook = webhook_of(settings)
        self.store: Storage | None = None
        """Set when the store is open."""
        self.at_work = False

    async def open(self) -> None:
        """Begin to listen, if the settings want it. Raises SettingsError."""
        secret = self._settings.metrics_secret
        self._door = await serve(
            self._settings.listen,
            self.why_not_ready,
            lambda: self._metrics.text(self.store),
            self.webhook,
            secret.get_secret_value() if secret is not None else None,
        )

    @property
    def port(self) -> int | None:
        """The port it listens on; None if it does not."""
        return self._door.port if self._door is not None else None

    async def why_not_ready(self) -> str | None:
        """One word for what is broken; None if nothing is."""
        if self.store is None or not self.at_work:
            return self._supervisor.why_not_ready or "starting"
        return self._supervisor.why_not_ready or (None if await self.store.ready() else "storage")

    async def close(self) -> None:
        """Stop listening."""
        if self._door is not None:
            await self._door.close()
