"""Runs broadcasts: puts a few seconds' worth of rows at a time into the ledger, and shows progress to the sender.

The Deliverer sends them, with the same intent, budget and outcome as a digest.
"""

from collections.abc import Callable

import structlog
from aiogram import Bot

from bot.sending.answers import TROUBLE
from handlers.admin.broadcast import shown
from handlers.views import render
from handlers.views.screen import Screen
from locales import FALLBACK, texts
from storage import Storage
from storage.ledger.broadcasts import Broadcast

log = structlog.get_logger()

_AHEAD_SECONDS = 5
_FEWEST_AHEAD = 20
_SHOWN_SECONDS = 5


class BroadcastRunner:
    """Continues broadcasts where they stopped, also after a crash."""

    def __init__(self, bot: Bot, store: Storage, clock: Callable[[], int], rate: float) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._ahead = max(_FEWEST_AHEAD, int(rate * _AHEAD_SECONDS))
        self._shown: dict[int, tuple[int, Screen]] = {}

    async def ring(self) -> None:
        """Plan rows for more readers while few are waiting, and show the administrator the progress."""
        for one in await self._store.broadcasts.running():
            now = self._clock()
            if await self._store.broadcasts.source_is_gone(one):
                await self._store.broadcasts.stop(one.key, now)
            await self._store.broadcasts.plan(one, self._ahead, now)
            await self._show(one, now)

    async def _show(self, one: Broadcast, now: int) -> None:
        """Update the progress message if something changed, at most every few seconds."""
        then, last = self._shown.get(one.key, (0, None))
        current = await self._store.broadcasts.get(one.key)
        running = current is not None and current.state == "running"
        if one.screen is None or (running and now - then < _SHOWN_SECONDS):
            return
        subscriber = await self._store.subscribers.get(one.chat_id)
        screen = await shown(self._store, one.key, texts(subscriber.language if subscriber else FALLBACK))
        if screen == last:
            return
        self._shown[one.key] = (now, screen)
        try:
            await self._bot.edit_message_text(chat_id=one.chat_id, message_id=one.screen, **render.arguments(screen))
        except TROUBLE as error:
            if "message is not modified" in str(error):  # shown before a restart
                return
            log.warning("a broadcast's progress was not shown", broadcast=one.key, reason=str(error))
