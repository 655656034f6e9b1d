"""How a Bot API server is asked: by which way, in which form, and whom its certificate may come from."""

import json
import ssl
from typing import Any, cast

import certifi
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType
from aiogram.types import InputFile
from aiohttp import ClientError, ClientTimeout

from bot.proxies import ProxyConnector


def telegram_session(api_url: str, timeout: float, proxy: str | None = None) -> AiohttpSession:
    """A session to the Bot API server at an address, maybe through a proxy; `timeout` in seconds for one request."""
    session = JsonSession(api=TelegramAPIServer.from_base(api_url), timeout=timeout)
    # The way aiogram's own documentation shows.
    session._connector_init["ssl"] = trusted()
    if proxy is not None:
        session._connector_type = ProxyConnector
        session._connector_init |= {"address": proxy, "trusted": trusted()}
    return session


def trusted() -> ssl.SSLContext:
    """Authorities of this machine, among them an operator's own (SSL_CERT_FILE, SSL_CERT_DIR), and Mozilla's."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


# pydantic forgets a generic model that nobody holds, and builds it anew for each answer: a tenth of an answer's time.
_HELD: dict[Any, Any] = {}


class JsonSession(AiohttpSession):
    """aiogram's session, whose requests are JSON where no file goes along: half the work of a form with quoted JSON."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - the name is aiogram's
    ) -> TelegramType:
        """What Telegram answers. Raises as aiogram's session does."""
        returned = method.__returning__
        if returned not in _HELD:
            _HELD[returned] = Response[returned]  # type: ignore[valid-type]
        files: dict[str, InputFile] = {}
        asked = method.model_dump(warnings=False, exclude_none=True)
        prepared = {name: self.prepare_value(value, bot, files, _dumps_json=False) for name, value in asked.items()}
        if files:
            return await super().make_request(bot, method, timeout)
        session = await self.create_session()
        try:
            async with session.post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                data=json.dumps(
                    {name: value for name, value in prepared.items() if value is not None and value != ""},
                    ensure_ascii=False,
                    separators=(",", ":"),
                ).encode("utf-8", "replace"),
                headers={"Content-Type": "application/json"},
                timeout=ClientTimeout(self.timeout if timeout is None else timeout),
            ) as answer:
                text = await answer.text()
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except ClientError as error:
            raise TelegramNetworkError(method=method, message=f"{type(error).__name__}: {error}") from error
        checked = self.check_response(bot=bot, method=method, status_code=answer.status, content=text)
        return cast("TelegramType", checked.result)
