"""The session to a Bot API server: its proxy, the form of requests, and trusted certificates."""

import json
import ssl
from typing import Any, Final, Union, cast
from urllib.parse import urlsplit

import certifi
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType
from aiogram.types import InputFile, Message
from aiohttp import ClientError, ClientTimeout

from bot.proxies import ProxyConnector


def telegram_session(api_url: str, timeout: float, proxy: str | None = None) -> AiohttpSession:
    """A session to the Bot API server at an address, maybe through a proxy; `timeout` is seconds for one request."""
    session = JsonSession(api=TelegramAPIServer.from_base(api_url), timeout=timeout)
    # This is how aiogram's documentation does it. A server without TLS needs no list of authorities, which takes long.
    if proxy is not None or urlsplit(api_url).scheme == "https":
        session._connector_init["ssl"] = trusted()
    if proxy is not None:
        session._connector_type = ProxyConnector
        session._connector_init |= {"address": proxy, "trusted": trusted()}
    return session


def trusted() -> ssl.SSLContext:
    """Trusts Mozilla's authorities and this machine's, including an operator's own (SSL_CERT_FILE, SSL_CERT_DIR)."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


# pydantic drops a generic model that nobody holds, and rebuilding it takes a tenth of an answer's time.
_HELD: dict[Any, Any] = {}
_SAID: Final = frozenset({"reply_markup", "text", "entities", "from", "link_preview_options"})
"""Fields of an answer that repeat the message we sent: parsing them costs more than all the others."""
_quoted = json.encoder.encode_basestring


class JsonSession(AiohttpSession):
    """aiogram's session with JSON requests where no file is sent: half the work of a form with quoted JSON.

    Objects that have their JSON ready (`as_json`) are sent unchanged.
    """

    async def close(self) -> None:
        """Close all connections.

        aiogram sleeps for a quarter of a second afterwards; aiohttp itself waits for TLS to end since 3.12.
        """
        if self._session is not None:
            await self._session.close()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - the name is aiogram's
    ) -> TelegramType:
        """Telegram's result. Raises what aiogram's session raises."""
        returned = method.__returning__
        if returned not in _HELD:
            _HELD[returned] = Response[returned]  # type: ignore[valid-type]
        body = self._json(bot, method)
        if body is None:
            return await super().make_request(bot, method, timeout)
        session = await self.create_session()
        try:
            async with session.post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                data=body.encode("utf-8", "replace"),
                headers=_HEADERS,
                timeout=ClientTimeout(self.timeout if timeout is None else timeout),
            ) as answer:
                text = await answer.text()
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="Request timeout error") from error
        except ClientError as error:
            raise TelegramNetworkError(method=method, message=f"{type(error).__name__}: {error}") from error
        if answer.status == _OK and returned in _MESSAGES and (sent := _sent(bot, text)) is not None:
            return cast("TelegramType", sent)
        checked = self.check_response(bot=bot, method=method, status_code=answer.status, content=text)
        return cast("TelegramType", checked.result)

    def _json(self, bot: Bot, method: TelegramMethod[Any]) -> str | None:
        """A request's JSON; None if a file is sent."""
        parts: list[str] = []
        others = set(method.model_extra or ())
        for name, value in method.__dict__.items():
            if (made := _simple(value)) is None:
                if not isinstance(value, Default) or bot.default[value.name] is not None:
                    others.add(name)
            elif made:
                parts.append(f'"{name}":{made}')
        if others:
            asked = method.model_dump(warnings=False, exclude_none=True, include=others)
            files: dict[str, InputFile] = {}
            for name, value in asked.items():
                prepared = self.prepare_value(value, bot, files, _dumps_json=False)
                if prepared is not None and prepared != "":
                    parts.append(f'"{name}":{json.dumps(prepared, ensure_ascii=False, separators=(",", ":"))}')
            if files:
                return None
        return "{" + ",".join(parts) + "}"


_OK = 200
_HEADERS: Final = {"Content-Type": "application/json"}
_MESSAGES: Final = (Message, Union[Message, bool])  # noqa: UP007 - as aiogram writes it


def _simple(value: object) -> str | None:
    """The JSON of a value that needs no model to write it; "" for a value that is not sent, None for any other."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool | int):
        return json.dumps(value)
    return _ready(value)


def _ready(value: object) -> str | None:
    """The JSON that an object has made before for everybody who is shown the same; None if it has none."""
    if isinstance(value, list):
        made = [_ready(one) for one in value]
        whole = [one for one in made if one is not None]
        return f"[{','.join(whole)}]" if value and len(whole) == len(value) else None
    make = getattr(value, "as_json", None)
    return make() if make is not None else None


def _sent(bot: Bot, text: str) -> Message | None:
    """The message in an answer, without the fields we sent ourselves; None if the answer is something else."""
    try:
        answered = json.loads(text)
        told = answered["result"]
        if answered["ok"] is not True or not isinstance(told, dict):
            return None
        return Message.model_validate(
            {name: value for name, value in told.items() if name not in _SAID}, context={"bot": bot}
        )
    except (ValueError, KeyError, TypeError):
        return None
