"""A bot's updates, kept until they are fetched or as long as Telegram keeps their kind."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.refusals import Json, Refusal

DAY = 86_400
LIFETIMES = {"inline_query": 30, "callback_query": 150, "chosen_inline_result": 600}
BY_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that a bot gets only if it names them in ``allowed_updates``."""
MOST_AT_ONCE = 100
LONGEST_POLL = 50
SAME_OFFSET = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
BY_WEBHOOK = "Conflict: terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass(slots=True, eq=False)
class PendingUpdate:
    """One update; ``queue`` names the chat or person within which a webhook keeps order."""

    update: Json
    expires: float
    queue: str


class Updates:
    """The queue of one bot."""

    def __init__(self, now: Callable[[], float], first_id: int = 1) -> None:
        self._now = now
        self._pending: deque[PendingUpdate] = deque()
        self._next_id = first_id
        self._poll: asyncio.Future[bool] | None = None
        self.allowed: frozenset[str] | None = None
        self.webhook_url = ""
        self.secret = ""
        self.connections = 40
        self.last_error: tuple[int, str] | None = None
        self.webhook_changed: Callable[[], None] = lambda: None
        self.arrived: Callable[[PendingUpdate], None] = lambda _: None
        self.gone: Callable[[], None] = lambda: None
        self.unacknowledged = 0

    def __len__(self) -> int:
        self._expire()
        return len(self._pending)

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for this kind."""
        return kind not in BY_REQUEST if self.allowed is None else kind in self.allowed

    def allow(self, kinds: list[str] | None) -> None:
        """Sets ``allowed_updates``: None changes nothing, an empty list restores the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def add(self, kind: str, payload: Json, queue: str = "") -> Json | None:
        """Queues an update and returns it; None when the bot did not ask for its kind."""
        if not self.wants(kind):
            return None
        update = {"update_id": self._next_id, kind: payload}
        self._next_id += 1
        self.put(update, self._now() + LIFETIMES.get(kind, DAY), queue)
        return update

    def put(self, update: Json, expires: float, queue: str = "") -> None:
        """Queues an update unchanged, even a second time or malformed."""
        pending = PendingUpdate(update, expires, queue)
        self._pending.append(pending)
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(True)
        self.arrived(pending)

    def pending(self) -> list[PendingUpdate]:
        """The waiting updates, oldest first."""
        self._expire()
        return list(self._pending)

    def remove(self, pending: PendingUpdate) -> None:
        """Removes an update that was delivered by webhook or given up."""
        if pending in self._pending:
            self._pending.remove(pending)
        self.gone()

    def drop(self) -> None:
        """Removes all waiting updates (``drop_pending_updates``)."""
        self._pending.clear()
        self.gone()

    def set_webhook(self, url: str, secret: str, connections: int) -> None:
        """Sets where updates go. With an empty address they wait for polling."""
        self.webhook_url, self.secret, self.connections, self.last_error = url, secret, connections, None
        if url and self._poll is not None and not self._poll.done():
            self._poll.set_result(False)
        self.webhook_changed()

    def info(self) -> Json:
        """A ``WebhookInfo``."""
        info: Json = {"url": self.webhook_url, "has_custom_certificate": False, "pending_update_count": len(self)}
        if self.webhook_url:
            info["max_connections"] = self.connections
        if self.last_error:
            info["last_error_date"], info["last_error_message"] = self.last_error
        if self.allowed:
            info["allowed_updates"] = sorted(self.allowed)
        return info

    @property
    def polls(self) -> int:
        """How many long polls wait now: 0 or 1."""
        return int(self._poll is not None and not self._poll.done())

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """What ``getUpdates`` answers; ``seconds`` are real. A later poll ends this one with a 409."""
        if self.webhook_url:
            raise Refusal(409, WEBHOOK_ACTIVE)
        limit = limit if 0 < limit <= MOST_AT_ONCE else MOST_AT_ONCE
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(False)
        self._acknowledge(offset)
        if not self._ready(limit) and seconds > 0:
            waiting = self._poll = asyncio.get_running_loop().create_future()
            timer = asyncio.get_running_loop().call_later(min(seconds, LONGEST_POLL), _finish, waiting)
            try:
                if not await waiting:
                    raise Refusal(409, BY_WEBHOOK if self.webhook_url else SAME_OFFSET)
            finally:
                timer.cancel()
                if self._poll is waiting:
                    self._poll = None
        updates = self._ready(limit)
        self.unacknowledged = len(updates)
        return updates

    def _ready(self, limit: int) -> list[Json]:
        self._expire()
        return [pending.update for pending, _ in zip(self._pending, range(limit), strict=False)]

    def _acknowledge(self, offset: int) -> None:
        if offset < 0:  # the last -offset updates are wanted, all before are forgotten
            while len(self._pending) > -offset:
                self._pending.popleft()
        while offset > 0 and self._pending and self._pending[0].update.get("update_id", 0) < offset:
            self._pending.popleft()
        self.unacknowledged = 0
        self.gone()

    def _expire(self) -> None:
        now = self._now()
        if any(pending.expires <= now for pending in self._pending):
            self._pending = deque(pending for pending in self._pending if pending.expires > now)


def _finish(poll: asyncio.Future[bool]) -> None:
    if not poll.done():
        poll.set_result(True)
