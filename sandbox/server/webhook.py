"""Updates by webhook: in order within a chat, repeated until they arrive or expire."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from sandbox.refusals import Json
from sandbox.world.model import Bot
from sandbox.world.telegram import Telegram
from sandbox.world.updates import PendingUpdate

ANSWER_WITHIN = 60.0
LONGEST_RETRY_AFTER = 3600
CLOSED_AFTER = 23 * 3600
RunMethod = Callable[[Bot, Json], Awaitable[None]]


@dataclass(slots=True)
class _Queue:
    waiting: deque[PendingUpdate] = field(default_factory=deque)
    busy: bool = False
    failures: int = 0
    retry_at: float = 0.0


class WebhookSender:
    """Delivers updates to one bot. ``answer`` runs a method that came back in a response."""

    def __init__(self, telegram: Telegram, bot: Bot, answer: RunMethod) -> None:
        self.telegram = telegram
        self.bot = bot
        self.answer = answer
        self.updates = telegram.updates[bot.id]
        self._queues: dict[str, _Queue] = {}
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._gone_since = 0.0
        self._known: set[int] = set()
        self._closed = False

    def changed(self) -> None:
        """Starts or stops delivering after the webhook was set or removed."""
        if not self.updates.webhook_url:
            self._queues.clear()
            self._known.clear()
            return
        for pending in self.updates.pending():
            self.arrived(pending)

    def arrived(self, pending: PendingUpdate) -> None:
        """Queues one update and starts its delivery if there is a free connection."""
        if not self.updates.webhook_url or id(pending) in self._known:
            return
        self._known.add(id(pending))
        self._queues.setdefault(pending.queue, _Queue()).waiting.append(pending)
        self._start()

    async def close(self) -> None:
        """Stops delivering."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _start(self) -> None:
        for queue in self._queues.values():
            if self._closed or len(self._tasks) >= self.updates.connections:
                return
            if queue.waiting and not queue.busy:
                queue.busy = True
                task = asyncio.get_running_loop().create_task(self._drain(queue))
                self._tasks.add(task)
                task.add_done_callback(self._drained)

    def _drained(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._start()

    async def _drain(self, queue: _Queue) -> None:
        """Delivers a queue to its end; waits and tries again while its first update fails."""
        try:
            while queue.waiting and self.updates.webhook_url:
                pending = queue.waiting[0]
                if pending.expires > self.telegram.clock.now():
                    wait = await self._deliver(pending, queue)
                    if wait is not None:
                        await self.telegram.clock.sleep(wait)
                        continue
                if queue.waiting and queue.waiting[0] is pending:
                    queue.waiting.popleft()
                self._known.discard(id(pending))
                self.updates.remove(pending)
                queue.failures = 0
        finally:
            queue.busy = False

    async def _deliver(self, pending: PendingUpdate, queue: _Queue) -> float | None:
        """Tries once. None when the update arrived, else how many clock seconds to wait before the next try."""
        try:
            status, retry_after, body = await self._post(pending.update)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return self._failed(queue, f"Connection failed: {type(error).__name__}", 0, 0.0)
        if 200 <= status < 300:
            self._gone_since = 0.0
            await self._carry_out(body)
            return None
        return self._failed(queue, f"Wrong response from the webhook: {status}", status, retry_after)

    def _failed(self, queue: _Queue, why: str, status: int, retry_after: float) -> float:
        now = self.telegram.clock.now()
        self.updates.last_error = (int(now), why)
        self.telegram.record.update(self.bot.id, "webhook", {"error": why})
        self.telegram.changes.happened()
        if status == 410:
            self._gone_since = self._gone_since or now
            if now - self._gone_since >= CLOSED_AFTER:
                self.updates.set_webhook("", "", 40)
        queue.failures += 1
        if 0 < retry_after <= LONGEST_RETRY_AFTER:
            return retry_after
        if queue.failures == 1:
            return 0.0
        return min(2.0 ** (queue.failures - 1), self.telegram.random.uniform(60, 120))

    async def _post(self, update: Json) -> tuple[int, float, bytes]:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
            connector = aiohttp.TCPConnector(limit=100)
            self._session = aiohttp.ClientSession(timeout=timeout, connector=connector)
        headers = {"Content-Type": "application/json"}
        if self.updates.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.updates.secret
        body = json.dumps(update, ensure_ascii=False).encode()
        async with self._session.post(
            self.updates.webhook_url, data=body, headers=headers, allow_redirects=False
        ) as response:
            after = response.headers.get("Retry-After", "")
            return response.status, float(after) if after.isdigit() else 0.0, await response.read()

    async def _carry_out(self, body: bytes) -> None:
        """Calls the method in a response; its result is dropped, as in Telegram."""
        try:
            given = json.loads(body) if body.strip() else None
        except ValueError:
            return
        if isinstance(given, dict) and "method" in given:
            await self.answer(self.bot, given)
