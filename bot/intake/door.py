"""The door of the web server: who is slow is put out, who is too many is not let in, and neither fills the log.

aiohttp waits for a request's head for ever, and a program out of descriptors can neither ask Telegram nor write.
"""

import asyncio
import resource
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import web

log = structlog.get_logger()

HEAD_SECONDS: Final = 5.0
"""From a connection, or the first byte of a request on one that was kept, to the end of the request's head."""
IDLE_SECONDS: Final = 60.0
"""Seconds for which an idle connection is kept open."""
_LINGER_SECONDS = 2.0
_MOST = 256
_SAID_SECONDS = 60.0


def most_connections() -> int:
    """A quarter of the descriptors this program may have, 256 at most: the rest is for Telegram, files and sources."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else max(8, min(_MOST, soft // 4))


class Door:
    """Serves an application at an address, within these bounds."""

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
        """One more than there is room for; said once a minute."""
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
    """A connection in front of aiohttp's own. A timer runs while none of its requests is being answered."""

    def __init__(self, door: Door, inner: asyncio.Protocol) -> None:
        self._door = door
        self._inner = inner
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._idle = False
        self._let_in = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in where there is room."""
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
        """Forget it."""
        self._cancel()
        if self._let_in and self._transport is not None:
            self._door.connections.pop(self._transport, None)
            self._inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes: the first of a request begin its time."""
        if not self._let_in:
            return
        if self._idle:
            self._idle = False
            self._wait(HEAD_SECONDS)
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """No more bytes."""
        return self._inner.eof_received() if self._let_in else None

    def pause_writing(self) -> None:
        """Who asked does not read."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Who asked reads again."""
        self._inner.resume_writing()

    def asked(self) -> None:
        """The request's head is complete. From here on the handler watches the time."""
        self._cancel()

    def answered(self) -> None:
        """The next request may come, not for ever."""
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
