"""Connections through a proxy, by HTTP CONNECT or SOCKS5, with the same guard on addresses as direct ones."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientConnectorSSLError,
    ClientRequest,
    ClientTimeout,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from python_socks import ProxyError, ProxyType
from python_socks.async_.asyncio.v2 import Proxy

PROXY_PORTS: Final = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
"""The schemes of a proxy's address, each with its default port."""


class ProxyFailureError(OSError):
    """A proxy did not connect to the address it was asked for."""


class ProxyConnector(TCPConnector):
    """Connects through the proxy at an address like `socks5://user:password@host:port`.

    `guard` raises OSError for an address that must not be reached. With it names are looked up here, and the proxy is
    asked for an address that passed and never for a name, because a name may mean something else in its network.
    Without it the proxy looks names up.
    """

    def __init__(
        self,
        address: str,
        *,
        guard: Callable[[str], None] | None = None,
        trusted: ssl.SSLContext | None = None,
        resolver: AbstractResolver | None = None,
        **chosen: Any,
    ) -> None:
        parts = urlsplit(address)
        self._guard = guard
        self._proxy_address: dict[str, Any] = {
            "proxy_type": ProxyType.SOCKS5 if parts.scheme.startswith("socks5") else ProxyType.HTTP,
            "host": parts.hostname,
            "port": parts.port or PROXY_PORTS[parts.scheme],
            "username": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
            "rdns": True,
            "proxy_ssl": (trusted or ssl.create_default_context()) if parts.scheme == "https" else None,
        }
        super().__init__(resolver=_Unresolved() if guard is None else resolver, **chosen)

    async def _wrap_create_connection(
        self,
        *_: Any,
        addr_infos: list[Any],
        req: ClientRequest,
        timeout: ClientTimeout,  # noqa: ASYNC109 - aiohttp's own
        client_error: type[Exception] = ClientConnectorError,
        **chosen: Any,
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        host, port = addr_infos[0][4][:2]
        try:
            async with asyncio.timeout(timeout.sock_connect):
                return await self._led(host, port, chosen.get("ssl"), chosen.get("server_hostname"))
        except ssl.CertificateError as error:
            raise ClientConnectorCertificateError(req.connection_key, error) from error
        except ssl.SSLError as error:
            raise ClientConnectorSSLError(req.connection_key, error) from error
        except TimeoutError:
            raise
        except OSError as error:
            raise client_error(req.connection_key, error) from error

    async def _led(
        self, host: str, port: int, secured: ssl.SSLContext | None, name: str | None
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        if self._guard is not None:
            self._guard(host)
        try:
            stream = await Proxy(**self._proxy_address).connect(dest_host=host, dest_port=port)
        except ProxyError as error:
            raise ProxyFailureError(None, f"the proxy says: {error}"[:100]) from error
        except (ssl.SSLError, TimeoutError):
            raise
        except OSError as error:
            raise ProxyFailureError(None, "the proxy does not answer") from error
        try:
            if secured is not None:
                stream = await stream.start_tls(name or host, secured)
        except BaseException:
            with contextlib.suppress(OSError, ssl.SSLError):
                await stream.close()  # type: ignore[no-untyped-call]
            raise
        transport, protocol = stream.writer.transport, _Kept(self._loop)
        protocol.writer = stream.writer  # otherwise it would be closed by the garbage collector
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        return transport, protocol


class _Kept(ResponseHandler):
    writer: asyncio.StreamWriter


class _Unresolved(AbstractResolver):
    """A resolver that leaves names as they are."""

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host=host, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Do nothing: nothing is open."""
