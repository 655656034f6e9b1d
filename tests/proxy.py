"""A proxy for tests, on a port of this machine: HTTP CONNECT and SOCKS5, with a list of where it was asked to lead.

Whatever it is asked for, it leads to `to`: so a test may let a public address be a site of its own.
"""

import asyncio
import base64
import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator


class TestProxy:
    """`asked` holds «host:port» of each request; `password` is what it wants to be shown, for the user `qala`."""

    __test__ = False

    def __init__(self, to: tuple[str, int], password: str = "") -> None:
        self.to = to
        self.password = password
        self.asked: list[str] = []
        self.port = 0
        self.serving: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let one connection through, if its password is right."""
        task = asyncio.current_task()
        assert task is not None
        self.serving.add(task)
        with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.IncompleteReadError):
            if await (self._socks(reader, writer) if await self._is_socks(reader) else self._http(reader, writer)):
                there, back = await asyncio.open_connection(*self.to)
                with contextlib.closing(back):
                    await asyncio.gather(_pump(reader, back), _pump(there, writer))

    async def _is_socks(self, reader: asyncio.StreamReader) -> bool:
        self._first = await reader.readexactly(1)
        return self._first == b"\x05"

    async def _http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (self._first + await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(head.split()[1])
        shown = base64.b64encode(f"qala:{self.password}".encode()).decode()
        welcome = not self.password or f"Basic {shown}" in head
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" if welcome else b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        return welcome

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x05\x02" if self.password else b"\x05\x00")
        if self.password:
            await reader.readexactly(1)
            user = await reader.readexactly((await reader.readexactly(1))[0])
            password = await reader.readexactly((await reader.readexactly(1))[0])
            welcome = (user, password) == (b"qala", self.password.encode())
            writer.write(b"\x01\x00" if welcome else b"\x01\x01")
            if not welcome:
                return False
        kind = (await reader.readexactly(4))[3]
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == 1 else 16)))
        self.asked.append(f"{host}:{int.from_bytes(await reader.readexactly(2))}")
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        return True


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(ConnectionError, RuntimeError):
        writer.write_eof()


@contextlib.asynccontextmanager
async def proxy(
    to: tuple[str, int], password: str = "", secured: ssl.SSLContext | None = None
) -> AsyncIterator[TestProxy]:
    """A proxy at work while the block runs."""
    made = TestProxy(to, password)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=secured)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in made.serving:
            task.cancel()
        await asyncio.gather(*made.serving, return_exceptions=True)
