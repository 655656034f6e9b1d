"""The people's side over HTTP, for the chat page and for tests in other languages."""

from aiohttp import web

from sandbox.telegram import Telegram


def add_people_routes(app: web.Application, telegram: Telegram) -> None:
    """Adds ``/people/…``."""
