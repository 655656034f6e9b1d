"""Planned rows to Telegram: a turn of the budget, the intent, the message, the outcome; and a circuit breaker."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.methods import DeleteMessage, SendPhoto

from bot.sending import answers
from bot.sending.rate import UNHURRIED, RateLimiter, SilentError, TokenSilence, paid_turn
from bot.sending.writing import ChangeMethod, MessageWriter, SendMethod
from bot.supervisor import going_on
from handlers.views.render import refuses_picture
from news.timetable import is_quiet
from storage import DELIVERED, Storage, StorageError
from storage.ledger.deliveries import BUG, ChatNews, Delivery, DeliveryResult
from storage.ledger.posts import PHOTO, WITHDRAW

# A wave of «gone» means a wrong token or a failure of Telegram, not a thousand readers leaving in one minute.
#
# What an answer says about a chat is believed only after another chat has accepted a message. A run of refusals trips
# the breaker instead, and no chat is blocked for it. Pure.

GONE_IN_A_ROW = 30
"""If 20 in 100 readers are gone, a run this long has a chance of 10^-21; with 8 in flight it ends below 50."""
AMBIGUOUS_IN_A_ROW = 8
_CALM_SECONDS, _LONGEST_CALM = 5.0, 300.0
HALT_SECONDS = 900


@dataclass(slots=True)
class CircuitBreaker:
    """Watches how messages end. `suspects` are refusals whose statement about the chat is not believed yet."""

    suspects: list[DeliveryResult] = field(default_factory=list)
    ambiguous: int = 0

    def watch(self, ended: DeliveryResult) -> list[DeliveryResult]:
        """The outcomes to store now: a suspect without its news of the chat, and after a success all suspects."""
        self.ambiguous = self.ambiguous + 1 if ended.outcome == "unknown" else 0
        if ended.outcome == "refused" and ended.chat in ("blocked", "struck"):
            self.suspects.append(ended)
            return [replace(ended, chat=None)]
        if ended.outcome == "sent":
            believed, self.suspects = [*self.suspects, ended], []
            return believed
        return [ended]

    @property
    def tripped(self) -> bool:
        """Whether sending must stop."""
        return len(self.suspects) >= GONE_IN_A_ROW

    @property
    def calm(self) -> float:
        """Seconds to wait before the next message; 0, unless answers are lost one after another. It grows each time."""
        lost = self.ambiguous - AMBIGUOUS_IN_A_ROW
        return min(_LONGEST_CALM, _CALM_SECONDS * 2 ** min(lost, 10)) if lost >= 0 else 0.0

    def release(self) -> list[DeliveryResult]:
        """All suspects: to be believed; or, if the breaker tripped, given back as planned, to be sent later."""
        suspects, tripped = self.suspects, self.tripped
        self.suspects = []
        if tripped:
            return [DeliveryResult(one.delivery, "planned", reason="the breaker tripped") for one in suspects]
        return suspects


log = structlog.get_logger()

FEWEST, MOST = 3, 8
_LATENCY_MEMORY = 0.1
_HALTED_UNTIL = "sending_halted_until"
_LAST_WORD_SECONDS = 1.0
_CORRECTED_TOGETHER = 20
_GONE_MESSAGE = ("to edit not found", "to delete not found", "MESSAGE_ID_INVALID", "can't be edited")
_TELL_AGAIN_SECONDS = 6 * 3600


def _about_a_reply(ended: DeliveryResult) -> bool:
    return ended.outcome == "refused" and "to be replied not found" in (ended.reason or "")


def _about_a_picture(ended: DeliveryResult) -> bool:
    return ended.outcome == "refused" and ended.chat != "blocked" and refuses_picture(ended.reason or "")


class Deliverer:
    """Sends planned rows until none is left or it must stop."""

    def __init__(  # noqa: PLR0913 - each is one thing a sending needs
        self,
        bot: Bot,
        store: Storage,
        clock: Callable[[], int],
        writer: MessageWriter,
        pace: RateLimiter,
        silence: TokenSilence,
        *,
        rate: float,
        paid_broadcast: bool = False,
        leads: Callable[[], bool] = lambda: True,
        tell: Callable[[int, str], Awaitable[None]] | None = None,
        tell_paused: Callable[[Delivery, str], Awaitable[None]] | None = None,
    ) -> None:
        """Set up a sender.

        `tell` gets the number of editions that a run could not send through a bug of ours, and the first reason.
        `tell_paused` gets a delivery to a chat where the bot may not write, and Telegram's reason.
        """
        self._tell = tell
        self._tell_paused = tell_paused
        self._paused: dict[int, tuple[Delivery, str]] = {}
        self._bot = bot
        self._store = store
        self._clock = clock
        self._writer = writer
        self._pace = pace
        self._silence = silence
        self._rate = rate
        self._paid_broadcast = paid_broadcast
        self._latency = FEWEST / rate
        self._breaker = CircuitBreaker()
        self._bugs: list[str] = []
        self._told_at = -_TELL_AGAIN_SECONDS
        self._wait_until, self._longest_wait = 0.0, 0.0
        self._halted_until = 0.0
        self._stopping = False
        self._leads = leads

    @property
    def at_once(self) -> int:
        """How many messages may be under way at once."""
        if self._breaker.calm:
            return 1
        # One more than fit on the wire: one is being claimed, or its outcome is being stored.
        return min(MOST, max(FEWEST, math.ceil(self._rate * self._latency) + 1))

    def stop(self) -> None:
        """Begin no more messages; those under way end."""
        self._stopping = True

    async def deliver(self) -> int:
        """Send everything that is planned; returns how many rows ended as sent, refused or unknown."""
        self._halted_until = await self._store.facts.number(_HALTED_UNTIL)
        settled = 0
        under_way: dict[asyncio.Task[DeliveryResult], Delivery] = {}
        ended: list[DeliveryResult] = []
        dry = False
        try:
            while True:
                going_on()
                room = await self._room(len(under_way)) if not dry else 0
                if room or ended:
                    taken = await self._store.deliveries.turn(ended, room, self._clock())
                    settled += self._counted(ended)
                    ended = []
                    dry = room > 0 and len(taken) < room
                    for delivery in taken:
                        under_way[asyncio.create_task(self._send(delivery))] = delivery
                if not under_way:
                    break
                done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    ended += self._watched(under_way.pop(task), task)
                self._bugs += [one.reason for one in ended if one.reason and one.reason.startswith(BUG)]
                self._paused |= {
                    one.delivery.chat_id: (one.delivery, one.reason or "") for one in ended if one.chat == "paused"
                }
                dry = dry and not ended
        finally:
            last = [*ended, *await self._finish(under_way), *await self._release()]
            if last:
                await self._store.deliveries.turn(last, 0, self._clock())
                settled += self._counted(last)
        paused, self._paused = self._paused, {}
        if self._tell_paused is not None:
            for delivery, reason in paused.values():
                await self._tell_paused(delivery, reason)
        bugs, self._bugs = self._bugs, []
        if bugs and self._tell is not None and self._clock() - self._told_at >= _TELL_AGAIN_SECONDS:
            self._told_at = self._clock()
            await self._tell(len(bugs), bugs[0].removeprefix(BUG))
        return settled

    def _counted(self, ended: Sequence[DeliveryResult]) -> int:
        """Add ended deliveries to the day's figures; returns how many there are."""
        settled = [one for one in ended if one.outcome != "planned"]
        for one in settled:
            form = one.delivery.form
            self._store.daily.count(form if form in DELIVERED else "digest", one.outcome)
        return len(settled)

    async def correct(self) -> int:
        """Edit sent messages whose news has changed; how many. Making a correction twice does no harm."""
        UNHURRIED.set(True)
        done = 0
        while self._may_send() and (some := await self._store.deliveries.to_correct(_CORRECTED_TOGETHER)):
            for delivery, message_id in some:
                if not await self._corrected(delivery, message_id):
                    return done
                await self._store.deliveries.corrected(delivery)
                done += 1
        return done

    async def _corrected(self, delivery: Delivery, message_id: int) -> bool:
        """Try a correction; False if it must be tried again."""
        method = await self._writer.correction(delivery, message_id, self._clock())
        if method is None or not self._may_send():
            return method is None
        try:
            await method.emit(self._bot)
        except (TelegramAPIError, ClientDecodeError, OSError) as error:
            answer = answers.answer(error)
            if answer.kind in ("later", "stop", "ambiguous"):
                self._wait(answer.seconds)
                return False
            if answer.kind == "ours":
                log.error("Telegram refused a correction of ours", edition=delivery.edition, reason=answer.text)
        return True

    async def _room(self, under_way: int) -> int:
        """How many messages may begin now; the budget's turns for them are taken."""
        free = self.at_once - under_way
        if free <= 0 or not self._may_send():
            return 0
        await self._pace.turn()
        got = 1
        while got < free and self._pace.ready:
            await self._pace.turn()
            got += 1
        # While we waited for a turn, another program may have got a 429 or the lead.
        return got if self._may_send() else 0

    def _may_send(self) -> bool:
        if self._stopping or not self._leads() or self._breaker.tripped or self._silence.left > 0:
            return False
        now = self._clock()
        # If the clock was ahead when the wait was set, and is right now, the wait must not become longer.
        self._wait_until = min(self._wait_until, now + self._longest_wait)
        self._halted_until = min(self._halted_until, now + HALT_SECONDS)
        return now >= max(self._wait_until, self._halted_until)

    def _wait(self, seconds: float) -> None:
        """Begin no message for so many seconds."""
        if (until := self._clock() + seconds) > self._wait_until:
            self._wait_until, self._longest_wait = until, seconds

    async def _send(self, delivery: Delivery) -> DeliveryResult:
        """Send one row; returns how it ended. A row that was not tried was certainly not sent."""
        if delivery.state != "active":
            return DeliveryResult(delivery, "expired", reason="the chat is paused")
        if delivery.message_id is not None:
            return await self._change(delivery, delivery.message_id)
        if delivery.quiet is not None and is_quiet(delivery.quiet, ZoneInfo(delivery.timezone), self._clock()):
            return DeliveryResult(delivery, "expired", reason="quiet hours")
        if delivery.until is not None and delivery.until <= self._clock():
            return DeliveryResult(delivery, "expired", reason="over")
        message = await self._writer.write(delivery, self._clock())
        if message is None:
            return DeliveryResult(delivery, "expired", reason="nothing left to send")
        ended, message = await self._tried(delivery, message)
        if ended.outcome == "refused" and ended.chat is None:
            # Our mistake, and certainly not sent. A text without markup cannot be malformed, and is better than none.
            log.error("Telegram refused a message of ours", edition=delivery.edition, reason=ended.reason)
            if (bare := self._writer.bare(message)) is not None:
                ended = await self._try(delivery, bare)
        if ended.outcome == "refused" and ended.chat is None:
            ended = replace(ended, reason=f"{BUG}{ended.reason}")
        if ended.chat == "paused":
            log.warning("we may not write in a chat: its digest pauses", chat=delivery.chat_id, reason=ended.reason)
        return ended

    async def _tried(self, delivery: Delivery, message: SendMethod) -> tuple[DeliveryResult, SendMethod]:
        """Send a message, or as much of it as the chat accepts; how it ended, and what was tried last."""
        ended = await self._try(delivery, message)
        if _about_a_reply(ended) and message.reply_parameters is not None:
            # In a topic Telegram refuses a reply to a deleted message, whatever `reply_parameters` allow.
            message = message.model_copy(update={"reply_parameters": None})
            ended = await self._try(delivery, message)
        if _about_a_picture(ended) and (without := self._writer.without_pictures(message)) is not None:
            # The site does not let Telegram load a picture, or a group allows no photos: the text is what matters.
            log.warning("a digest goes without its pictures", edition=delivery.edition, reason=ended.reason)
            message = without
            ended = await self._try(delivery, message)
        if ended.chat == "paused" and (lesser := await self._lesser(delivery, message, ended)) is not None:
            log.warning("a chat takes text alone", edition=delivery.edition, reason=ended.reason)
            message = lesser
            ended = await self._try(delivery, message)
        return ended, message

    async def _change(self, delivery: Delivery, message_id: int) -> DeliveryResult:
        """Edit or delete a standing post; doing it twice does no harm."""
        method = await self._writer.change(delivery, self._clock())
        if method is None:
            return DeliveryResult(delivery, "sent", message_id)
        ended = await self._try(delivery, method)
        if isinstance(method, DeleteMessage) and "can't be deleted" in (ended.reason or ""):
            ended = await self._try(delivery, self._writer.withdrawn(delivery))
        if ended.outcome == "refused" and ended.chat is None:
            reason = ended.reason or ""
            if "is not modified" in reason:
                ended = replace(ended, outcome="sent")
            elif any(one in reason for one in _GONE_MESSAGE):  # somebody deleted it by hand
                return replace(ended, outcome="withdrawn")
            else:
                log.error("Telegram refused to change a post", edition=delivery.edition, reason=reason)
                ended = replace(ended, outcome="sent", reason=f"{BUG}{reason}")
        if ended.chat == "paused":
            log.warning("we may not write in a channel: it pauses", chat=delivery.chat_id, reason=ended.reason)
        done = ended.outcome == "sent" and not (ended.reason or "").startswith(BUG)
        return replace(ended, outcome="withdrawn") if done and delivery.said == WITHDRAW else ended

    async def _lesser(self, delivery: Delivery, message: SendMethod, ended: DeliveryResult) -> SendMethod | None:
        if not answers.allows_less(ended.reason or ""):
            return None
        return await self._writer.lesser(delivery, message, self._clock())

    async def _try(self, delivery: Delivery, method: SendMethod | ChangeMethod) -> DeliveryResult:
        if self._paid_broadcast and "allow_paid_broadcast" in type(method).model_fields:
            method = method.model_copy(update={"allow_paid_broadcast": True})
        began = asyncio.get_running_loop().time()
        try:
            # If we lost the lead since the claim, as after a freeze, the row is not sent. Nobody else will send it,
            # because it counts as unknown.
            async with paid_turn(self._leads):
                message = await method.emit(self._bot)
        except SilentError as error:
            return DeliveryResult(delivery, "planned", reason=error.message)
        except (TelegramAPIError, ClientDecodeError, OSError, UnicodeError) as error:
            return await self._judged(delivery, answers.answer(error))
        spent = asyncio.get_running_loop().time() - began
        self._latency += _LATENCY_MEMORY * (spent - self._latency)
        found: ChatNews | None = "found" if delivery.struck or delivery.told_paused else None
        number = delivery.message_id if isinstance(message, bool) else message.message_id
        form = PHOTO if isinstance(method, SendPhoto) else None
        return DeliveryResult(delivery, "sent", number, chat=found, form=form)

    async def _judged(self, delivery: Delivery, answer: answers.SendAnswer) -> DeliveryResult:
        if answer.kind == "later" and answer.text != "no connection":
            await self._silence.keep(answer.seconds)
        if answer.kind in ("later", "stop"):
            self._wait(answer.seconds)
            if answer.kind == "stop":
                log.error("Telegram does not accept our token now", reason=answer.text)
            return DeliveryResult(delivery, "planned", reason=answer.text)
        if answer.kind == "moved":
            return DeliveryResult(delivery, "planned", reason=answer.text, moved_to=answer.moved_to)
        if answer.kind == "ambiguous":
            return DeliveryResult(delivery, "unknown", reason=answer.text)
        chat = {"gone": "blocked", "absent": "struck", "paused": "paused"}.get(answer.kind)
        return DeliveryResult(delivery, "refused", reason=answer.text, chat=chat)  # type: ignore[arg-type]

    def _watched(self, delivery: Delivery, task: asyncio.Task[DeliveryResult]) -> list[DeliveryResult]:
        if task.cancelled():
            return [DeliveryResult(delivery, "unknown", reason="stopped while sending")]
        if isinstance(task.exception(), StorageError):  # before it was sent or after a refusal: certainly not sent
            return [DeliveryResult(delivery, "planned", reason="the store did not answer")]
        if (bug := task.exception()) is not None:
            log.error("a digest could not be written", edition=delivery.edition, exc_info=bug)
            return [DeliveryResult(delivery, "refused", reason=f"{BUG}{type(bug).__name__}")]
        found = self._breaker.watch(task.result())
        if calm := self._breaker.calm:
            log.error("Telegram's answers are lost one after another; sending pauses", seconds=calm)
            self._wait(calm)
        return found

    async def _release(self) -> list[DeliveryResult]:
        """The outcomes of the suspects left at the end of a run. If the breaker tripped, sending is halted."""
        if self._breaker.tripped:
            until = self._clock() + HALT_SECONDS
            log.error("too many chats are gone at once: a wrong token? sending is halted", seconds=HALT_SECONDS)
            await self._store.facts.put(_HALTED_UNTIL, str(until))
        return self._breaker.release()

    async def _finish(self, under_way: dict[asyncio.Task[DeliveryResult], Delivery]) -> list[DeliveryResult]:
        """The outcomes after a run is cancelled: messages under way have a few seconds to end, then are unknown."""
        if not under_way:
            return []
        _, late = await asyncio.wait(under_way, timeout=_LAST_WORD_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return [one for task, delivery in under_way.items() for one in self._watched(delivery, task)]
