"""Metrics for Prometheus: updates and their times, requests to Telegram, and what the store holds."""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from aiogram import BaseMiddleware, Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.methods import TelegramMethod
from aiogram.types import TelegramObject, Update
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary, generate_latest

from bot import __version__
from bot.sending.answers import TROUBLE
from storage import Storage

_INTAKE = ("getUpdates", "setWebhook", "getWebhookInfo")  # getWebhookInfo is asked every five minutes
_AT_LEISURE = 20
"""Counting millions of ledger rows takes seconds, so at most a twentieth of the time is spent on it."""


PHASES: Final = ("kept", "waited", "known", "answered", "marked", "sent")
"""The phases of an update: it is stored; it waits for its turn; it and its sender are read; its handler makes an
answer; the answer waits to be marked and for its turn to be sent; it is sent, until Telegram has replied."""

_spent: ContextVar[list[float] | None] = ContextVar("spent", default=None)
"""Seconds the running update's requests took at Telegram, and in all from the first gate to the last."""


class Metrics:
    """The metrics of one running bot. None of them names a reader, a token or a search."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._count_at = 0.0
        kind, method = ["kind"], ["method", "outcome"]
        self.updates = Counter("qala_updates", "Updates handled, by kind.", kind, registry=self.registry)
        self.seconds = Histogram(
            "qala_update_seconds", "Seconds from an update taken in to its handler's end.", kind, registry=self.registry
        )
        phases = Summary(
            "qala_update_phase_seconds", "Seconds of an update, by phase.", ["phase"], registry=self.registry
        )
        self.phases = [phases.labels(phase) for phase in PHASES]
        self.requests = Counter(
            "qala_telegram_requests", "Requests to Telegram, by method and outcome.", method, registry=self.registry
        )
        self.dropped = Counter(
            "qala_updates_dropped",
            "Updates that are not handled by design, by kind and why.",
            ["kind", "why"],
            registry=self.registry,
        )
        self.failures = Counter(
            "qala_failures", "Failures of what keeps Qala alive, by what failed.", ["what"], registry=self.registry
        )
        self.handler_failures = Counter(
            "qala_handler_failures", "Answers that failed through a fault of ours.", registry=self.registry
        )
        self.intake = Gauge(
            "qala_intake_success_timestamp_seconds",
            "When Telegram last handed updates over or was found to do so, in UTC seconds.",
            registry=self.registry,
        )
        self.disk = Gauge("qala_disk_free_bytes", "Room left, by folder.", ["folder"], registry=self.registry)
        self.lateness = {
            name: Gauge(f"qala_{name}", text, registry=self.registry)
            for name, text in (
                ("late_seconds", "By how many seconds the latest digest is late to be decided."),
                ("oldest_waiting_seconds", "For how many seconds the oldest planned message has waited."),
            )
        }
        build = Gauge("qala_build_info", "1, labelled with the version.", ["version"], registry=self.registry)
        build.labels(__version__).set(1)
        Gauge("qala_tasks", "Tasks that live in this program now.", registry=self.registry).set_function(_tasks)
        self.store = {
            name: Gauge(f"qala_{name}", text, labels, registry=self.registry)
            for name, text, labels in (
                ("articles", "Articles readers can see, by language.", ["language"]),
                ("deliveries", "Deliveries of two years by outcome, and those under way.", ["state"]),
                ("sources", "Sources, by state.", ["state"]),
                ("inbox", "Updates kept and not yet handled.", []),
                ("store_bytes", "Size of the database.", []),
            )
        }

    def drop(self, kind: str, why: str) -> None:
        """Count an update of this kind that is not handled by design, with the reason."""
        self.dropped.labels(kind, why).inc()

    def fail(self, what: str) -> None:
        """Count a failure of a long-lived task."""
        self.failures.labels(what).inc()

    def handler_failed(self) -> None:
        """Count an answer that failed through a bug of ours."""
        self.handler_failures.inc()

    def watch_disk(self, name: str, folder: Path) -> None:
        """Report the free bytes of the disk that holds this folder."""

        def left() -> float:
            there = next((one for one in (folder, *folder.absolute().parents) if one.exists()), folder)  # to come
            try:
                return float(shutil.disk_usage(there).free)
            except OSError:
                return 0.0

        self.disk.labels(name).set_function(left)

    async def text(self, store: Storage | None) -> bytes:
        """All metrics in Prometheus's text format. The store is counted again, unless that would take too much time."""
        began = time.monotonic()
        if store is not None and began >= self._count_at:
            await self._count(store)
            self._count_at = time.monotonic() + _AT_LEISURE * (time.monotonic() - began)
        return generate_latest(self.registry)

    async def _count(self, store: Storage) -> None:
        for name, counted in (await store.counts()).items():
            gauge = self.store[name]
            if isinstance(counted, dict):
                gauge.clear()  # drops states that no row is in any more
                for label, number in counted.items():
                    gauge.labels(label).set(number)
            else:
                gauge.set(counted)
        for name, seconds in (await store.lateness(int(time.time()))).items():
            self.lateness[name].set(seconds)


def _tasks() -> int:
    try:
        return len(asyncio.all_tasks())
    except RuntimeError:  # asked outside of a running event loop
        return 0


class CountUpdates(BaseMiddleware):
    """Counts updates and measures how long they took."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(self, handler: Any, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Pass the update on, and measure its time."""
        kind = event.event_type if isinstance(event, Update) else "other"
        started = time.perf_counter()
        taken_in, stored, begun = data.pop("moments", None) or (started, started, started)
        spent = [0.0, 0.0]
        token = _spent.set(spent)
        try:
            return await handler(event, data)
        finally:
            _spent.reset(token)
            ended = time.perf_counter()
            sent, asked = spent
            self._metrics.updates.labels(kind).inc()
            self._metrics.seconds.labels(kind).observe(ended - taken_in)
            shares = (stored - taken_in, begun - stored, started - begun, ended - started - asked, asked - sent, sent)
            for phase, share in zip(self._metrics.phases, shares, strict=True):
                phase.observe(max(0.0, share))


class TimeRequests(BaseRequestMiddleware):
    """Measures the running update's requests from the first gate to the last; it is the outermost middleware."""

    async def __call__(
        self, make_request: Callable[[Bot, TelegramMethod[Any]], Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        """Send the request, and measure its time."""
        began = time.perf_counter()
        try:
            return await make_request(bot, method)
        finally:
            if (spent := _spent.get()) is not None:
                spent[1] += time.perf_counter() - began


class CountRequests(BaseRequestMiddleware):
    """Counts requests and their outcomes."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(
        self, make_request: Callable[[Bot, TelegramMethod[Any]], Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        """Send the request, and count its outcome."""
        outcome, began = "ok", time.perf_counter()
        try:
            result = await make_request(bot, method)
        except TROUBLE as error:
            outcome = type(error).__name__
            raise
        else:
            if method.__api_method__ in _INTAKE:
                self._metrics.intake.set_to_current_time()
            return result
        finally:
            self._metrics.requests.labels(method.__api_method__, outcome).inc()
            if (spent := _spent.get()) is not None:
                spent[0] += time.perf_counter() - began
