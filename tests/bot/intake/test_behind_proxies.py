"""Caddy and nginx, as `deploy/` has them, before the webhook: TLS, HTTP/2, the secret, bodies, restarts.

Run where they are installed (`apt install caddy nginx-light`).
"""

import asyncio
import contextlib
import io
import json
import shutil
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.app import running
from bot.config import Settings
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram
from tests.bot.intake.test_web import HEADER, SECRET, free_port
from tests.bot.test_proxies import certificate
from tests.driver import MORNING, TOKEN

__all__ = ["certificate"]
ROOT = Path(__file__).resolve().parent.parent.parent.parent
SHOWN = {HEADER: SECRET}

pytestmark = pytest.mark.asyncio(loop_scope="module")


def caddy(folder: Path, port: int, backends: list[int], certificate: Path) -> list[str]:
    text = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")
    here = f"https://localhost:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate} {certificate.with_name('key.pem')}\n"
    text = text.replace("bot.example.kz {\n", here).replace(
        "127.0.0.1:8090", " ".join(f"127.0.0.1:{one}" for one in backends)
    )
    (folder / "Caddyfile").write_text("{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + text, encoding="utf-8")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def nginx(folder: Path, port: int, backends: list[int], certificate: Path) -> list[str]:
    text = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    for there, here in {
        "443 ssl": f"127.0.0.1:{port} ssl",
        "bot.example.kz;": "localhost;",
        "/etc/letsencrypt/live/bot.example.kz/fullchain.pem": str(certificate),
        "/etc/letsencrypt/live/bot.example.kz/privkey.pem": str(certificate.with_name("key.pem")),
        "    server 127.0.0.1:8090 ": "".join(f"server 127.0.0.1:{one};\n" for one in backends[1:])
        + f"server 127.0.0.1:{backends[0]} ",
    }.items():
        assert there in text
        text = text.replace(there, here)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off;\nuser root;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{places}{text}}}\n",
        encoding="utf-8",
    )
    return ["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")]


PROXIES = [
    pytest.param(
        one, marks=pytest.mark.skipif(not shutil.which(one.__name__), reason=f"{one.__name__} is not installed")
    )
    for one in (caddy, nginx)
]


class Town:
    """A Telegram that comes by webhook through a proxy, and a bot behind it that can be stopped and started."""

    def __init__(self, folder: Path, front: int, trusted: ssl.SSLContext) -> None:
        self.folder = folder
        self.url = f"https://localhost:{front}"
        self.trusted = trusted
        self.port = free_port()
        self.telegram = Telegram(Clock(MORNING, speed=1))
        self.telegram.bot(TOKEN, username="qala_bot")
        self.api = ""

    @contextlib.asynccontextmanager
    async def bot(self) -> AsyncIterator[None]:
        settings = Settings(
            _env_file=None,
            api_url=self.api,
            data_dir=self.folder,
            listen=f"127.0.0.1:{self.port}",
            webhook_url=f"{self.url}/hook",
            webhook_secret=SECRET,
            metrics_secret="another",
        )
        async with running(settings, TOKEN, lambda: int(self.telegram.clock.now()), 3600):
            async with asyncio.timeout(20):
                while await self.post(b"", {}) in {502, 503}:  # the proxy looks again every two seconds
                    await asyncio.sleep(0.1)
            yield

    async def post(self, body: object, headers: dict[str, str] | None = None, path: str = "/hook") -> int:
        connector = aiohttp.TCPConnector(ssl=self.trusted)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.post(self.url + path, data=body, headers=SHOWN if headers is None else headers) as answer,
        ):
            return answer.status


@contextlib.asynccontextmanager
async def proxied(kind, folder, certificate, dead=()) -> AsyncIterator[Town]:
    """A town behind a proxy that also knows replicas which are `dead`."""
    front = free_port()
    trusted = ssl.create_default_context(cafile=certificate)
    it = Town(folder, front, trusted)
    with pytest.MonkeyPatch.context() as patch:
        # An authority of one's own, for a Telegram in this same process.
        patch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusted)
        runner = await serve(it.telegram)
        it.api = address(runner)
        with (folder / "told").open("wb") as told:
            process = await asyncio.create_subprocess_exec(
                *kind(folder, front, [it.port, *dead], certificate),
                stdout=told,
                stderr=told,
                env={"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/bin"},
            )
            try:
                async with asyncio.timeout(20):
                    while True:
                        with contextlib.suppress(OSError):
                            (await asyncio.open_connection("127.0.0.1", front))[1].close()
                            break
                        assert process.returncode is None, (folder / "told").read_text()
                        await asyncio.sleep(0.05)
                yield it
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
                await process.wait()
                await runner.cleanup()


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=PROXIES)
async def town(request, tmp_path_factory, certificate):
    async with proxied(request.param, tmp_path_factory.mktemp("town"), certificate) as it:
        yield it


@pytest.mark.parametrize("kind", PROXIES)
async def test_of_three_replicas_two_may_be_gone(kind, tmp_path, certificate):
    async with proxied(kind, tmp_path, certificate, [free_port(), free_port()]) as town, town.bot():
        for number in range(6):
            person = Person.new(town.telegram, f"Reader {number}", language_code="ru")
            person.says("/help")
            await person.sees("/latest", within=20)
        assert {await town.post(b"", {}) for _ in range(9)} == {401}  # none goes astray


async def test_readers_are_answered_and_an_update_that_came_while_the_bot_was_away_is_not_lost(town):
    person = Person.new(town.telegram, "Айгерім", language_code="kk")
    async with town.bot():
        person.says("/help")
        await person.sees("/latest", within=20)
    person.says("/privacy")
    async with town.bot():
        await person.sees("/deletedata", within=40)
    assert [list(one.pending()) for one in town.telegram.updates.values()] == [[]]


async def test_the_secret_decides_and_what_is_the_operators_is_not_shown_to_the_world(town):
    async with town.bot():
        update = json.dumps({"update_id": 1}).encode()
        assert await town.post(update) == 200
        assert await town.post(update, {}) == 401
        assert await town.post(update, {HEADER: SECRET + "x", "X-Forwarded-For": "127.0.0.1"}) == 401
        for path in ("/metrics", "/healthz", "/readyz", "/", "/hook/../metrics", "//metrics", "/METRICS"):
            assert await town.post(b"", path=path) in {404, 405}, path
            assert await got(town, path) in {404, 405}, path


async def got(town, path):
    connector = aiohttp.TCPConnector(ssl=town.trusted)
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        session.get(town.url + path, headers={"Authorization": "Bearer another"}) as answer,
    ):
        return answer.status


async def test_large_bodies_reach_the_bot_and_larger_ones_do_not(town):
    async with town.bot():
        assert await town.post(io.BytesIO(b" " * 900_000 + b'{"update_id": 2}')) == 200
        assert await town.post(io.BytesIO(b" " * (2 << 20))) == 413


async def test_http_2_is_spoken_to_whoever_speaks_it(town, certificate):
    async with town.bot():
        process = await asyncio.create_subprocess_exec(
            *("curl", "--silent", "--http2", "--cacert", str(certificate), "--header", f"{HEADER}: {SECRET}"),
            *("--data", '{"update_id": 3}', "--write-out", "%{http_version} %{http_code}", f"{town.url}/hook"),
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await process.communicate()
    assert told == b"2 200"


async def test_who_sends_slowly_keeps_nobody_waiting(town, monkeypatch):
    monkeypatch.setattr("bot.intake.web.BODY_SECONDS", 0.5)
    enough = asyncio.Event()

    async def slowly():
        yield b'{"update_id"'
        await enough.wait()
        yield b": 4}"

    person = Person.new(town.telegram, "Марина", language_code="ru")
    async with town.bot(), asyncio.TaskGroup() as group:
        slow = [group.create_task(town.post(slowly())) for _ in range(30)]
        person.says("/help")
        await person.sees("/latest", within=20)
        enough.set()
        statuses = set(await asyncio.gather(*slow))
    assert statuses <= {200, 408}
