"""The state of the local Telegram, what can happen in it, and a record of all that went over the wire."""

import asyncio
import itertools
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TypeVar

from sandbox.markup.text import found_entities
from sandbox.refusals import Json
from sandbox.world.faults import Clock, Faults, Limits, spoiled
from sandbox.world.model import (
    Account,
    Bot,
    ButtonPress,
    Chat,
    ChatMember,
    FileStore,
    InlineQuestion,
    SeenEvent,
    is_token,
)
from sandbox.world.updates import Updates

# The record of what went over the wire.


@dataclass(slots=True)
class RecordEntry:
    """A bot's request with its answer (``kind`` is ``call``), an ``update`` for it, or a ``fault`` by rule.

    ``name`` is the method or the update's kind. ``outcome`` is ``ok``, the refusal's description, or the fault.
    ``breaches`` are mistakes that Telegram would have forgiven.
    """

    number: int
    time: float
    kind: str
    bot: int
    name: str
    content: Json
    outcome: str = "ok"
    code: int = 200
    result: object = None
    breaches: tuple[str, ...] = ()


class WireRecord:
    """Keeps the newest ``limit`` entries."""

    def __init__(self, now: Callable[[], float], limit: int = 100_000) -> None:
        self._now = now
        self._limit = limit
        self._count = 0
        self.entries: list[RecordEntry] = []

    def update(self, bot: int, kind: str, update: Json | None) -> None:
        """Records an update given to a bot; None when the bot did not want it."""
        self._add("update", bot, kind, update or {}, "ok" if update else "not asked for")

    def call(self, bot: int, method: str, parameters: Json) -> RecordEntry:
        """Records a request; the caller fills in its outcome."""
        return self._add("call", bot, method, parameters)

    def fault(self, bot: int, method: str, parameters: Json, fault: str) -> None:
        """Records that a rule was applied to a request."""
        self._add("fault", bot, method, parameters, fault)

    def calls(self, method: str = "", *, ok: bool | None = None) -> Iterator[RecordEntry]:
        """Requests, oldest first; ``ok`` picks those accepted or those refused."""
        for entry in self.entries:
            named = not method or entry.name.lower() == method.lower()
            if entry.kind == "call" and named and (ok is None or ok == (entry.code == 200)):
                yield entry

    def breaches(self) -> list[str]:
        """Mistakes that Telegram would have forgiven, each once."""
        return list(dict.fromkeys(breach for entry in self.entries for breach in entry.breaches))

    def export(self) -> str:
        """All of it as a JSON array."""
        return json.dumps([asdict(entry) for entry in self.entries], ensure_ascii=False, default=str)

    def clear(self) -> None:
        """Removes all entries."""
        self.entries.clear()

    def _add(self, kind: str, bot: int, name: str, content: Json, outcome: str = "ok") -> RecordEntry:
        self._count += 1
        entry = RecordEntry(self._count, self._now(), kind, bot, name, content, outcome)
        self.entries.append(entry)
        if len(self.entries) > self._limit:
            del self.entries[: self._limit // 10]
        return entry


# Waiting until something becomes true, without polling.

T = TypeVar("T")


class Changes:
    """Lets tasks wait for a condition: they look again after each `happened`."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def happened(self) -> None:
        """Wakes all who wait, because something changed."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, look: Callable[[], T | None], within: float) -> T | None:
        """The result of ``look`` as soon as it finds something; None after ``within`` real seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while (found := look()) is None:
            left = deadline - loop.time()
            if left <= 0:
                return None
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiting.add(waiter)
            timer = loop.call_later(left, _let_go, waiter)
            try:
                await waiter
            finally:
                timer.cancel()
                self._waiting.discard(waiter)
        return found


def _let_go(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


# Which messages of a group a bot receives.

SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "group_chat_created",
    "supergroup_chat_created",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "forum_topic_created",
    "forum_topic_closed",
    "forum_topic_reopened",
)


def reads(bot: Bot, chat: Chat, message: Json) -> bool:
    """Whether the bot gets this message. In privacy mode only administrators get what is not meant for them."""
    if chat.type not in ("group", "supergroup") or bot.reads_all or chat.status(bot) == "administrator":
        return True
    if "text" not in message and "caption" not in message:
        service = any(key in message for key in SERVICE)
        if service:
            return True
    text: str = message.get("text") or message.get("caption") or ""
    replied = message.get("reply_to_message", {}).get("from", {}).get("id")
    via = message.get("via_bot", {}).get("id")
    mine = f"@{bot.username}".lower()
    if bot.id in (replied, via) or mine in text.lower():
        return True
    command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
    return bool(command) and "@" not in command


class Telegram:
    """All state of one local Telegram. Everything happens in one event loop; nothing here waits.

    ``any_token`` registers a bot for every well-formed token that calls, as a test server should; without it an
    unregistered token gets 401. ``strict`` enforces the limits on sending; without it a message beyond them is only
    noted as a breach.
    """

    def __init__(
        self, clock: Clock | None = None, *, seed: int = 0, any_token: bool = False, strict: bool = False
    ) -> None:
        self.clock = clock or Clock()
        self.random = random.Random(seed)  # noqa: S311 - repeatable on purpose, no secret depends on it
        self.any_token = any_token
        self.changes = Changes()
        self.record = WireRecord(self.clock.now)
        self.faults = Faults(self.clock.now, seed)
        self.limits = Limits(self.clock.now)
        self.strict = strict
        self.bots: dict[str, Bot] = {}
        self.updates: dict[int, Updates] = {}
        self.accounts: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.privates: dict[tuple[int, int], Chat] = {}
        self.blocked: set[tuple[int, int]] = set()
        self.events: list[SeenEvent] = []
        self.presses: dict[str, ButtonPress] = {}
        self.questions: dict[str, InlineQuestion] = {}
        self.sent_inline: dict[str, tuple[Chat, int]] = {}
        self.files = FileStore()
        self._numbers = itertools.count(1)
        self._persons = itertools.count(1001)
        self._groups = itertools.count(1)

    @property
    def now(self) -> int:
        """Whole UTC seconds, as messages are dated."""
        return int(self.clock.now())

    def number(self) -> int:
        """A number that was not used before."""
        return next(self._numbers)

    # -- who there is

    def bot(self, token: str, *, username: str = "qala_bot", name: str = "Qala") -> Bot:
        """Registers a bot; its id is the number before the token's colon. Raises ValueError for a malformed token."""
        if not is_token(token):
            raise ValueError("a token looks like 123456:ABC-def")
        identifier = int(token.partition(":")[0])
        bot = Bot(id=identifier, first_name=name, username=username, is_bot=True, token=token)
        self.bots[token] = bot
        self.accounts[identifier] = bot
        self.updates[identifier] = Updates(self.clock.now, first_id=self.random.randrange(10**8, 10**9))
        self.updates[identifier].gone = self.changes.happened
        return bot

    def account(
        self,
        name: str,
        *,
        language_code: str = "",
        username: str = "",
        last_name: str = "",
        identifier: int | None = None,
    ) -> Account:
        """Registers a new person."""
        identifier = next(self._persons) if identifier is None else identifier
        account = Account(identifier, name, last_name, username, language_code)
        self.accounts[identifier] = account
        return account

    def private(self, bot: Bot, person: Account) -> Chat:
        """The private chat of the two; created when there is none."""
        key = (bot.id, person.id)
        if key not in self.privates:
            self.privates[key] = Chat(person.id, "private", person=person, bot=bot)
        return self.privates[key]

    def group(
        self, title: str, creator: Account, *, kind: str = "group", username: str = "", is_forum: bool = False
    ) -> Chat:
        """Creates a group, supergroup or channel."""
        number = next(self._groups)
        identifier = -number if kind == "group" else -1_000_000_000_000 - number
        chat = Chat(identifier, kind, title=title, username=username, is_forum=is_forum)
        chat.members[creator.id] = ChatMember(creator, "creator")
        self.chats[identifier] = chat
        return chat

    def bots_in(self, chat: Chat) -> Iterator[Bot]:
        """The bots in a chat."""
        if isinstance(chat.bot, Bot):
            yield chat.bot
            return
        for member in chat.members.values():
            if isinstance(member.account, Bot) and chat.has(member.account):
                yield member.account

    # -- what happens

    def happened(self, kind: str, chat: Chat | None, payload: Json, viewers: list[Account] | None = None) -> None:
        """Records an event for the viewers (everybody in the chat when None) and wakes those who wait."""
        seen_by = viewers if viewers is not None else chat.people() if chat else []
        self.events.append(
            SeenEvent(
                len(self.events) + 1,
                kind,
                chat.id if chat else 0,
                frozenset(account.id for account in seen_by),
                payload,
            )
        )
        self.changes.happened()

    def post(self, chat: Chat, sender: Account | None, content: Json, **extra: object) -> Json:
        """Posts a message: people see it, and the chat's other bots get it as an update."""
        chat.last_message += 1
        message: Json = {"message_id": chat.last_message}
        if sender is not None:
            message["from"] = sender.api()
        message |= {"chat": chat.api(), "date": self.now, **extra, **self.known_mentions(content)}
        message = {key: value for key, value in message.items() if value is not None}
        if chat.type == "channel":
            message.pop("from", None)  # the author is hidden, but still decides who may edit it
            chat.extra.setdefault("authors", {})[chat.last_message] = sender.id if sender else 0
            message["sender_chat"] = chat.api()
        chat.messages[chat.last_message] = message
        self.happened("message", chat, message)
        self._tell_bots(chat, sender, message, "channel_post" if chat.type == "channel" else "message")
        return message

    def post_ephemeral(self, chat: Chat, sender: Account, receiver: Account, content: Json, **extra: object) -> Json:
        """Posts a message that only ``sender`` and ``receiver`` see, a person and a bot."""
        number = self.number()
        message: Json = {"message_id": 0, "ephemeral_message_id": number, "from": sender.api()}
        message |= {"chat": chat.api(), "date": self.now, **extra, **self.known_mentions(content)}
        message |= {"receiver_user": receiver.api()}
        chat.ephemeral[number] = {key: value for key, value in message.items() if value is not None}
        person = receiver if isinstance(sender, Bot) else sender
        self.happened("message", chat, chat.ephemeral[number], [person])
        if isinstance(receiver, Bot):
            self.update(receiver, "message", chat.ephemeral[number], f"chat{chat.id}")
        return chat.ephemeral[number]

    def edit_ephemeral(self, chat: Chat, message: Json, changed: Json) -> Json:
        """Changes a message that one person sees."""
        fresh = {key: value for key, value in (message | self.known_mentions(changed)).items() if value is not None}
        chat.ephemeral[message["ephemeral_message_id"]] = fresh | {"edit_date": self.now}
        person = self.accounts[message["receiver_user"]["id"]]
        self.happened("edit", chat, chat.ephemeral[message["ephemeral_message_id"]], [person])
        return chat.ephemeral[message["ephemeral_message_id"]]

    def edit(self, chat: Chat, message: Json, changed: Json, editor: Account | None) -> Json:
        """Changes a message and gives the new one. None in ``changed`` removes a field."""
        fresh = {key: value for key, value in (message | self.known_mentions(changed)).items() if value is not None}
        fresh["edit_date"] = self.now
        chat.messages[message["message_id"]] = fresh
        self.happened("edit", chat, fresh)
        kind = "edited_channel_post" if chat.type == "channel" else "edited_message"
        self._tell_bots(chat, editor, fresh, kind)
        return fresh

    def known_mentions(self, content: Json) -> Json:
        """The content with each mention by id naming its person; mentions of unknown people become plain text."""
        for name in ("entities", "caption_entities"):
            marks = content.get(name)
            if not marks or not any(mark["type"] == "text_mention" for mark in marks):
                continue
            kept = []
            for mark in marks:
                account = self.accounts.get(int(mark.get("user", {}).get("id") or 0))
                if mark["type"] != "text_mention":
                    kept.append(mark)
                elif account is not None:
                    kept.append(mark | {"user": account.api()})
            content = content | {name: kept or None}
        return content

    def delete(self, chat: Chat, message_id: int) -> None:
        """Deletes a message; bots are not told, as in Telegram."""
        del chat.messages[message_id]
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
        self.happened("delete", chat, {"message_id": message_id})

    def open_topic(self, chat: Chat, opener: Account, name: str, color: int = 7322096) -> int:
        """Opens a topic; its id is that of the message that opened it."""
        content = {"forum_topic_created": {"name": name, "icon_color": color}}
        thread: int = chat.last_message + 1
        chat.topics[thread] = {"message_thread_id": thread, "name": name, "icon_color": color}
        self.post(chat, opener, content, message_thread_id=thread, is_topic_message=True)
        return thread

    def cached_answer(self, question: InlineQuestion) -> Json | None:
        """An earlier answer that Telegram repeats without asking the bot, while ``cache_time`` lasts; else None.

        Only in ``strict``. An answer that is not ``is_personal`` is repeated to everybody.
        """
        if not self.strict:
            return None
        for earlier in reversed(self.questions.values()):
            same = (earlier.bot, earlier.query, earlier.offset) == (question.bot, question.query, question.offset)
            if (
                not same
                or earlier.answer is None
                or (earlier.answer["is_personal"] and earlier.person is not question.person)
            ):
                continue
            if self.clock.now() < earlier.asked_at + earlier.answer["cache_time"]:
                return earlier.answer
        return None

    def update(self, bot: Bot, kind: str, payload: Json, queue: str = "") -> None:
        """Queues an update for the bot, if it asked for that kind."""
        updates = self.updates[bot.id]
        update = updates.add(kind, payload, queue)
        if update is not None and (rule := self.faults.for_update(kind)) is not None:
            if rule.kind == "duplicate":
                updates.put(update, self.clock.now() + 60, queue)
            else:
                payload = update.pop(kind)
                update |= spoiled(rule.kind, update)
        self.record.update(bot.id, kind, update)
        self.changes.happened()

    def _tell_bots(self, chat: Chat, sender: Account | None, message: Json, kind: str) -> None:
        if isinstance(sender, Bot):
            return  # bots never see what bots say
        for bot in self.bots_in(chat):
            if (bot.id, chat.id) in self.blocked or not reads(bot, chat, message):
                continue
            self.update(bot, kind, message, f"chat{chat.id}")


def spoken(text: str) -> Json:
    """A person's text as a message's content, with the entities that Telegram finds in it."""
    entities = found_entities(text, [])
    return {"text": text, "entities": entities} if entities else {"text": text}


# Reactions to messages.


def react(telegram: Telegram, chat: Chat, number: int, who: int, reactions: list[Json]) -> list[Json]:
    """Sets somebody's reactions to a message, tells those who look, and gives their earlier reactions."""
    known: dict[tuple[int, int], list[Json]] = chat.extra.setdefault("reactions", {})
    before = known.get((number, who), [])
    known[number, who] = reactions
    seen = {"message_id": number, "reaction": reactions, "reactions": reactions_to(chat, number)}
    telegram.happened("reaction", chat, seen)
    return before


def reactions_to(chat: Chat, number: int) -> list[str]:
    """The emoji under a message, one for each reaction; a reaction that is no emoji is a star."""
    known: dict[tuple[int, int], list[Json]] = chat.extra.get("reactions", {})
    return [one.get("emoji", "★") for (message, _), set_ in known.items() if message == number for one in set_]
