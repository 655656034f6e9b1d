"""The way to Telegram and to sites: through proxies of every kind, and to a server with a certificate of one's own."""

import asyncio
import os
import ssl
import subprocess

import pytest
from aiogram import Bot
from aiohttp import web

from bot.cli.doctor import _telegram
from bot.collecting.fetch import HttpFetcher, Manners, Way, is_public
from bot.config import Settings, load_settings
from bot.sending.answers import TROUBLE, answer, in_words
from bot.sending.telegram_session import telegram_session
from news.feeds.source import Document, FetchFailure, FetchRequest
from tests.bot.collecting.test_addresses import Names
from tests.proxy import proxy
from tests.site import Site, serve

TOKEN = "123456:hush-hush-hush-hush-hush-hush-hush-hush"
PUBLIC = "93.184.215.14"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """The path of a certificate for localhost that no authority knows, with its key."""
    folder = tmp_path_factory.mktemp("authority")
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "30",
            "-subj",
            "/CN=localhost",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder / "cert.pem"


def secured(certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return context


@pytest.fixture
async def telegram():
    """A Bot API server that knows getMe and getWebhookInfo."""
    site = Site()
    site[f"/bot{TOKEN}/getMe"] = (
        '{"ok": true, "result": {"id": 1, "is_bot": true, "first_name": "Q", "username": "qala_bot",'
        ' "supports_inline_queries": true}}'
    )
    site[f"/bot{TOKEN}/getWebhookInfo"] = (
        '{"ok": true, "result": {"url": "", "has_custom_certificate": false, "pending_update_count": 0}}'
    )
    async with serve(site) as opened:
        yield opened


def port_of(site: Site) -> tuple[str, int]:
    return "127.0.0.1", int(site.url.rpartition(":")[2])


async def asks(api_url: str, way: str | None) -> str:
    async with Bot(TOKEN, session=telegram_session(api_url, 5, way)).context() as bot:
        return (await bot.get_me()).username


async def left_open(api_url: str) -> list[asyncio.BaseTransport]:
    """The connections that are not closed yet when the session is."""
    session = telegram_session(api_url, 5)
    async with Bot(TOKEN, session=session) as bot:
        await bot.get_me()
        kept = [handler.transport for held in session._session._connector._conns.values() for handler, *_ in held]
        assert len(kept) == 1
    return [one for one in kept if one._ssl_protocol._transport is not None]


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
async def test_telegram_is_asked_through_a_proxy_that_wants_a_password(scheme, telegram, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with proxy(port_of(telegram), "p@ss", secured(certificate) if scheme == "https" else None) as way:
        address = f"{scheme}://qala:p%40ss@localhost:{way.port}"
        assert await asks("http://telegram.example", address) == "qala_bot"
        assert way.asked == ["telegram.example:80"]  # the name: where Telegram is blocked, its name may be too


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_that_refuses_is_told_without_its_password(scheme, telegram):
    async with proxy(port_of(telegram), "right") as way:
        with pytest.raises(TROUBLE) as refused:
            await asks("http://telegram.example", f"{scheme}://qala:hush@127.0.0.1:{way.port}")
    assert "the proxy says" in in_words(refused.value)
    assert "hush" not in in_words(refused.value)
    assert answer(refused.value).kind == "later"  # surely not sent


async def test_a_dead_proxy_is_waited_for_like_a_dead_network(unused_tcp_port):
    with pytest.raises(TROUBLE) as refused:
        await asks("https://telegram.example", f"socks5://127.0.0.1:{unused_tcp_port}")
    assert (answer(refused.value).kind, in_words(refused.value)) == (
        "later",
        "no connection (the proxy does not answer)",
    )


async def test_the_doctor_goes_the_same_way_and_tells_a_dead_network_from_a_wrong_token(telegram, unused_tcp_port):
    async def told(**chosen):
        return await _telegram(Settings(_env_file=None, bot_token=TOKEN, **chosen))

    async with proxy(port_of(telegram)) as way:
        well = await told(api_url="http://telegram.example", telegram_proxy=f"http://127.0.0.1:{way.port}")
    assert (way.asked != [], [one.wrong for one in well]) == (True, [False] * 3)
    (dead,) = await told(api_url=f"http://127.0.0.1:{unused_tcp_port}")
    assert (dead.about, "was not reached" in dead.text) == ("Telegram", True)
    (page,) = await told(api_url=f"{telegram.url}/elsewhere")
    assert page.about in {"token", "Telegram"}


async def test_a_site_is_asked_through_the_proxy_by_its_address_alone(telegram):
    """What a name means in the proxy's network is not known: ours says, and the proxy gets an address."""
    telegram["/rss"] = "<rss/>"
    async with proxy(port_of(telegram)) as way:
        async with fetching(way, Names([PUBLIC])) as fetcher:
            assert isinstance(await fetcher.fetch(FetchRequest("http://news.example/rss")), Document)
        assert set(way.asked) == {f"{PUBLIC}:80"}


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "64:ff9b::7f00:1"])
async def test_no_proxy_leads_into_our_own_network(address, telegram):
    async with proxy(port_of(telegram)) as way:
        async with fetching(way, Names([address])) as fetcher:
            by_name = await fetcher.fetch(FetchRequest("http://news.example/rss"))
            host = f"[{address}]" if ":" in address else address
            by_number = await fetcher.fetch(FetchRequest(f"http://{host}/rss"))
            telegram.redirect("/out", f"http://{host}/rss")
        async with fetching(way, Names([PUBLIC], [PUBLIC], [address])) as fetcher:
            led = await fetcher.fetch(FetchRequest("http://news.example/out"))
    for refused in (by_name, by_number, led):
        assert isinstance(refused, FetchFailure)
        assert refused.reason == "an internal address"
    assert set(way.asked) <= {f"{PUBLIC}:80"}


def fetching(way, names) -> HttpFetcher:
    return HttpFetcher(
        manners=Manners(pace=0), seconds=5, resolver=names, allowed=is_public, way=Way(f"http://127.0.0.1:{way.port}")
    )


async def test_the_operators_own_network_is_asked_without_the_proxy(telegram):
    telegram["/rss"] = "<rss/>"
    async with (
        proxy(port_of(telegram)) as way,
        HttpFetcher(private=True, seconds=5, way=Way(f"http://127.0.0.1:{way.port}")) as fetcher,
    ):
        assert isinstance(await fetcher.fetch(FetchRequest(f"{telegram.url}/rss")), Document)
        assert way.asked == []


def test_the_standard_variable_counts_for_both_and_ours_come_first(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.upper().endswith("_PROXY")]:
        monkeypatch.delenv(name)
    assert (load_settings().way_to_telegram, load_settings().way_to_sites) == (None, None)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    assert (load_settings().way_to_telegram, load_settings().way_to_sites) == ("http://127.0.0.1:3128",) * 2
    monkeypatch.setenv("NO_PROXY", "telegram.org")
    assert load_settings().way_to_telegram is None
    monkeypatch.setenv("QALA_TELEGRAM_PROXY", "socks5://127.0.0.1:1080")
    monkeypatch.setenv("QALA_FETCH_PROXY", "https://proxy.example")
    own = load_settings()
    assert (own.way_to_telegram, own.way_to_sites) == ("socks5://127.0.0.1:1080", "https://proxy.example")


async def test_a_bot_api_server_may_have_a_certificate_of_the_operators_own(certificate, monkeypatch):
    async def me(_: web.Request) -> web.Response:
        user = {"id": 1, "is_bot": True, "first_name": "Q", "username": "qala_bot"}
        return web.json_response({"ok": True, "result": user})

    app = web.Application()
    app.router.add_post(f"/bot{TOKEN}/getMe", me)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=secured(certificate)).start()
    url = f"https://localhost:{runner.addresses[0][1]}"
    try:
        with pytest.raises(TROUBLE) as refused:
            await asks(url, None)
        assert "SSL_CERT_FILE" in in_words(refused.value)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert await asks(url, None) == "qala_bot"
        assert await left_open(url) == []
    finally:
        await runner.cleanup()
