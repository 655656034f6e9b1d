"""A round-robin proxy in front of several replicas, as small as it can be: who is not /readyz gets nothing."""

import asyncio
import itertools
from collections.abc import Sequence

import aiohttp
from aiohttp import web

_LOOK_SECONDS = 0.5
_PATIENCE = aiohttp.ClientTimeout(total=3)
_HEALTH = aiohttp.ClientTimeout(total=1)


class Proxy:
    """Hands each request to the next replica that is ready; one that fails it passes it on to the one after."""

    def __init__(self, backends: Sequence[str]) -> None:
        self._backends = backends
        self._ready = set(backends)
        self._next = itertools.count()
        self.url = ""

    async def __aenter__(self) -> "Proxy":
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._hand_on)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = "http://{}:{}".format(*self._runner.addresses[0])
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._looking.cancel()
        await self._runner.cleanup()
        await self._session.close()

    async def _hand_on(self, request: web.Request) -> web.Response:
        body, first = await request.read(), next(self._next)
        for place in range(len(self._backends)):
            backend = self._backends[(first + place) % len(self._backends)]
            if backend not in self._ready:
                continue
            try:
                async with self._session.request(
                    request.method, backend + request.path_qs, data=body, headers=request.headers, timeout=_PATIENCE
                ) as answer:
                    return web.Response(status=answer.status, body=await answer.read())
            except (aiohttp.ClientError, OSError, TimeoutError):
                self._ready.discard(backend)
        return web.Response(status=502)

    async def _look(self) -> None:
        while True:
            await asyncio.gather(*map(self._ask, self._backends))
            await asyncio.sleep(_LOOK_SECONDS)

    async def _ask(self, backend: str) -> None:
        try:
            async with self._session.get(backend + "/readyz", timeout=_HEALTH) as answer:
                ready = answer.status == 200
        except (aiohttp.ClientError, OSError, TimeoutError):
            ready = False
        (self._ready.add if ready else self._ready.discard)(backend)
