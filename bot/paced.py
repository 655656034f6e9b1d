"""Every request that writes a message goes through the budget, and marks its update as handled before it goes."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.pace import Pace
from bot.silence import Silence
from storage import Storage

_PATIENCE_SECONDS = 10.0
"""Longer than this a person's reply does not wait for a silence to end: it is dropped."""
_WRITES = ("send", "edit", "copy", "forward", "stopPoll")
_NO_MESSAGES = frozenset({"sendChatAction", "sendMessageDraft", "sendRichMessageDraft"})

_paid: ContextVar[Callable[[], bool] | None] = ContextVar("paid", default=None)


class SilentError(TelegramRetryAfter):
    """Nothing was sent: the token is silent (Telegram said so before, not now), or the time to send is over."""


@contextlib.asynccontextmanager
async def paid_turn(still: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
    """What is written inside has had its turn: a broadcast takes it before its intent is committed.

    `still` says, the moment before it is written, whether it may be.
    """
    token = _paid.set(still)
    try:
        yield
    finally:
        _paid.reset(token)


class Paced(BaseRequestMiddleware):
    """The way of a request to the wire. Raises SilentError where it cannot wait for a silence to end."""

    def __init__(self, pace: Pace, silence: Silence, store: Storage) -> None:
        self._pace = pace
        self._silence = silence
        self._store = store

    async def __call__(self, make_request: Callable[..., Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]) -> Any:
        """Wait for the turn, then send; a reply waits once for a flood that passes soon."""
        name = method.__api_method__
        if not name.startswith("get"):
            await self._store.inbox.first_effect()
        if not name.startswith(_WRITES) or name in _NO_MESSAGES:
            return await make_request(bot, method)
        chat = getattr(method, "chat_id", None)
        still = _paid.get()
        if isinstance(chat, int):
            await self._pace.chat_turn(chat, person=still is None)
        if still is not None:
            return await self._sent(still, make_request, bot, method)
        for last in (False, True):
            try:
                return await self._replied(make_request, bot, method)
            except SilentError:
                raise
            except TelegramRetryAfter as error:
                await self._silence.keep(error.retry_after)
                if last:
                    raise
        return None

    async def _sent(
        self,
        still: Callable[[], bool],
        make_request: Callable[..., Awaitable[Any]],
        bot: Bot,
        method: TelegramMethod[Any],
    ) -> Any:
        async with self._pace.gate():
            if self._silence.left > 0:  # told to somebody else while we waited
                raise self._silent(method)
            if not still():
                raise SilentError(method=method, message="the lease ran out", retry_after=0)
            return await make_request(bot, method)

    async def _replied(self, make_request: Callable[..., Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]) -> Any:
        """A silence that ends soon is waited out before the turn is taken: replies must not all leave at its end."""
        while True:
            if self._silence.left > _PATIENCE_SECONDS:
                raise self._silent(method)
            await asyncio.sleep(self._silence.left)
            await self._pace.turn(person=True)
            async with self._pace.gate(person=True):
                if self._silence.left <= 0:
                    return await make_request(bot, method)

    def _silent(self, method: TelegramMethod[Any]) -> SilentError:
        left = math.ceil(self._silence.left)
        return SilentError(method=method, message="the token is silent", retry_after=left)
