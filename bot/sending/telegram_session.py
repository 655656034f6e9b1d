"""How Telegram, or another Bot API server, is reached: whom its certificate may come from."""

import ssl

import certifi
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer


def telegram_session(api_url: str, timeout: float) -> AiohttpSession:
    """A session to the Bot API server at an address; `timeout` in seconds for one request."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url), timeout=timeout)
    session._connector_init["ssl"] = trusted()
    return session


def trusted() -> ssl.SSLContext:
    """Authorities of this machine, among them an operator's own (SSL_CERT_FILE, SSL_CERT_DIR), and Mozilla's."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
