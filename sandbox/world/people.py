"""What a person does and sees, and waiting for what the bot shows."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.refusals import Json
from sandbox.world.hosting import ChatHost, member_change
from sandbox.world.model import (
    ADMIN_STATUSES,
    Account,
    Bot,
    ButtonPress,
    Chat,
    InlineQuestion,
    SeenEvent,
    menu_for,
)
from sandbox.world.telegram import Telegram, react, spoken

Expectation = str | int | Callable[[Json], bool] | None


class NotSeen(AssertionError):  # noqa: N818 - the name reads as a sentence in a test
    """The awaited message did not come. The error's text has what the person saw instead."""


class Watcher:
    """The part of a person that looks at the screen. ``seen`` is how many events were looked at."""

    telegram: Telegram
    account: Account
    seen: int
    patience: float

    async def sees(self, wanted: Expectation = None, chat: Chat | None = None, *, within: float | None = None) -> Json:
        """Waits for the next wanted message, new or edited, that was not looked at yet and is not the person's own.

        ``wanted``: part of its text, a condition, or None for any. Messages before it count as seen. Raises `NotSeen`
        after ``within`` real seconds.
        """
        events, before = self.telegram.events, self.seen
        looked = before

        def look() -> Json | None:
            nonlocal looked
            while looked < len(events):
                event = events[looked]
                looked += 1
                if self._concerns(event, chat) and _is_wanted(event.payload, wanted):
                    return event.payload
            return None

        found = await self.telegram.changes.until(look, self.patience if within is None else within)
        if found is None:
            seen = [shown(event.payload) for event in events[before:] if self._concerns(event, chat)]
            raise NotSeen(f"{self.account.first_name} waited for {wanted!r} and saw {seen}")
        self.seen = looked
        return found

    async def toast(self, press: ButtonPress, within: float | None = None) -> Json:
        """The bot's answer to a pressed button."""
        answer = await self.telegram.changes.until(lambda: press.answer, self.patience if within is None else within)
        if answer is None:
            raise NotSeen("the button was never answered")
        return answer

    async def results(self, question: InlineQuestion, within: float | None = None) -> list[Json]:
        """The results of an inline query; ``question.answer`` then holds the rest."""
        answer = await self.telegram.changes.until(lambda: question.answer, self.patience if within is None else within)
        if answer is None:
            raise NotSeen("the inline query was never answered")
        found: list[Json] = answer["results"]
        return found

    def _concerns(self, event: SeenEvent, chat: Chat | None) -> bool:
        if event.kind not in {"message", "edit"} or self.account.id not in event.viewers:
            return False
        if chat is not None and event.chat != chat.id:
            return False
        own = event.payload.get("from", {}).get("id") == self.account.id and "via_bot" not in event.payload
        return not own


def shown(message: Json) -> str:
    """All words of a message in one string."""
    return message.get("text") or message.get("caption") or str({k: v for k, v in message.items() if k != "chat"})


def _is_wanted(message: Json, wanted: Expectation) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, int):
        return bool(message["message_id"] == wanted)
    if isinstance(wanted, str):
        return wanted in (message.get("text") or message.get("caption") or str(message.get("rich_message", "")))
    return wanted(message)


# What a person does. Tests and the chat page use the same methods.


@dataclass(eq=False)
class Person(ChatHost, Watcher):
    """Somebody with a phone. Actions return at once; `sees`, `toast` and `results` wait for the bot."""

    telegram: Telegram
    account: Account
    seen: int = 0
    patience: float = 20.0
    """Seconds after which an answer is missed; a busy machine's first one took more than 5."""
    drafts: dict[int, Json] = field(default_factory=dict)

    @classmethod
    def new(
        cls,
        telegram: Telegram,
        name: str = "Айгерім",
        *,
        language_code: str = "ru",
        username: str = "",
        identifier: int | None = None,
    ) -> "Person":
        """A new person."""
        account = telegram.account(name, language_code=language_code, username=username, identifier=identifier)
        return cls(telegram, account, seen=len(telegram.events))

    @property
    def id(self) -> int:
        """The Telegram id."""
        return self.account.id

    def says(
        self, text: str, chat: Chat | None = None, *, reply_to: int | None = None, thread: int | None = None
    ) -> Json:
        """Sends a text: to the only bot there is, or into a chat."""
        chat = chat or self.chat()
        extra: Json = {}
        if reply_to is not None:
            extra["reply_to_message"] = _bare(chat.messages[reply_to])
        if thread is not None:
            extra |= {"message_thread_id": thread, "is_topic_message": True}
        if chat.bot is not None:
            self.telegram.blocked.discard((chat.bot.id, self.id))
        self._may_say(chat, thread)
        content = spoken(text)
        if (bot := self._alone_with(chat, text)) is not None:
            extra.pop("reply_to_message", None)
            return self.telegram.post_ephemeral(chat, self.account, bot, content, **extra)
        member = chat.members.get(self.id)
        if member is not None and member.rights.get("is_anonymous"):
            return self.telegram.post(chat, ANONYMOUS, content, sender_chat=chat.api(), **extra)
        return self.telegram.post(chat, self.account, content, **extra)

    def _may_say(self, chat: Chat, thread: int | None) -> None:
        """Raises ValueError where Telegram's own client would offer no field."""
        topic = chat.topics.get(thread) if thread is not None else chat.extra.get("general", {})
        if chat.is_forum and topic is None:
            raise ValueError("there is no such topic")
        if chat.is_forum and topic and topic.get("is_closed") and chat.status(self.account) not in ADMIN_STATUSES:
            raise ValueError("the topic is closed")

    def _alone_with(self, chat: Chat, text: str) -> Bot | None:
        """The bot that alone sees this command, because its menu here marks it ephemeral; else None.

        What an anonymous administrator says is seen by all.
        """
        member = chat.members.get(self.id)
        if chat.type not in ("group", "supergroup") or member is None or member.rights.get("is_anonymous"):
            return None
        name, _, named = (
            text.split(maxsplit=1)[0].removeprefix("/").partition("@") if text.startswith("/") else ("",) * 3
        )
        for bot in self.telegram.bots_in(chat):
            said = [one for one in menu_for(bot, chat, self.account) if one["command"] == name]
            if said and said[0].get("is_ephemeral") and named.lower() in ("", bot.username.lower()):
                return bot
        return None

    def starts(self, payload: str = "", bot: Bot | None = None) -> Json:
        """Presses START, or opens ``t.me/bot?start=payload``; unblocks a blocked bot."""
        chat = self.chat(bot)
        self.unblocks(bot)
        return self.says(f"/start {payload}".strip(), chat)

    def shares(self, button: str, shared: Chat) -> Json:
        """Presses a keyboard button that asks for a chat, and chooses one.

        If the button asks for rights for the bot, the client grants them first. Raises `NotSeen` for a chat that the
        client would not offer: one of another kind, or without the rights this person would need.
        """
        chat, request = self.chat(), self.asked(button)
        if shared not in self.offered(request):
            raise NotSeen(f"{shared.title!r} is not offered")
        bot, needed = self._bot(), request.get("bot_administrator_rights") or {}
        given = {right for right, on in needed.items() if on}
        have = shared.members.get(bot.id)
        if given and not (have and given <= {right for right, on in have.rights.items() if on}):
            rights = dict(have.rights if have else {}) | dict.fromkeys(given, True)
            self.changes_member(shared, bot, "administrator", **rights)
        told: Json = {"request_id": request["request_id"], "chat_id": shared.id}
        told |= {"title": shared.title} if request.get("request_title") else {}
        told |= {"username": shared.username} if request.get("request_username") and shared.username else {}
        self._used_keyboard()
        return self.telegram.post(chat, self.account, {"chat_shared": told})

    def asked(self, button: str) -> Json:
        """The request for a chat behind a button of the bot's keyboard."""
        request: Json | None = self._key(button).get("request_chat")
        if request is None:
            raise NotSeen(f"there is no button {button!r} that asks for a chat")
        return request

    def shares_place(self, button: str, latitude: float, longitude: float) -> Json:
        """Presses a keyboard button that asks for the person's location."""
        if not self._key(button).get("request_location"):
            raise NotSeen(f"there is no button {button!r} that asks for a place")
        self._used_keyboard()
        place = {"latitude": latitude, "longitude": longitude}
        return self.telegram.post(self.chat(), self.account, {"location": place})

    def _key(self, button: str) -> Json:
        rows = (self.chat().extra.get("keyboard") or {}).get("keyboard") or []
        wanted = (one for row in rows for one in row if isinstance(one, dict) and one.get("text") == button)
        return next(wanted, {})

    def _used_keyboard(self) -> None:
        """Removes a one-time keyboard after its use."""
        chat = self.chat()
        if chat.extra["keyboard"].get("one_time_keyboard"):
            chat.extra["keyboard"] = None
            self.telegram.happened("keyboard", chat, {"keyboard": None})

    def offered(self, request: Json) -> list[Chat]:
        """The chats that a client offers for a request for a chat."""
        user = {right for right, on in (request.get("user_administrator_rights") or {}).items() if on}
        found = []
        for chat in self.telegram.chats.values():
            member = chat.members.get(self.id)
            if member is None or not chat.has(self.account) or (chat.type == "channel") != request["chat_is_channel"]:
                continue
            if request.get("chat_has_username") not in (None, bool(chat.username)):
                continue
            if request.get("bot_is_member") and not chat.has(self._bot()):
                continue
            owns = member.status == "creator"
            if (request.get("chat_is_created") and not owns) or (user and member.status not in ADMIN_STATUSES):
                continue
            if owns or user <= {right for right, on in member.rights.items() if on}:
                found.append(chat)
        return found

    def edits(self, message: Json, text: str, chat: Chat | None = None) -> Json:
        """Edits a message of this person."""
        chat = chat or self.chat_of(message)
        return self.telegram.edit(chat, message, {"entities": None} | spoken(text), self.account)

    def deletes(self, message: Json, chat: Chat | None = None) -> None:
        """Deletes a message for everybody; bots are not told."""
        self.telegram.delete(chat or self.chat_of(message), message["message_id"])

    def presses(self, message: Json, button: str) -> ButtonPress:
        """Presses the callback button with this text or data; `toast` waits for the bot's answer."""
        chat = self.chat_of(message)
        current = chat.ephemeral.get(message.get("ephemeral_message_id", 0))
        current = current or chat.messages.get(message["message_id"], message)
        found = [
            one
            for row in current.get("reply_markup", {}).get("inline_keyboard", [])
            for one in row
            if button in (one["text"], one.get("callback_data"))
        ] or rich_buttons(current, button)
        if not found:
            raise NotSeen(f"there is no button {button!r} under {shown(current)}")
        if "callback_data" not in found[0]:
            raise NotSeen(f"the button {button!r} is not a callback button: {found[0]}")
        return self.sends_callback(current, found[0]["callback_data"])

    def sends_callback(self, message: Json, data: str) -> ButtonPress:
        """Sends any callback data, as a forged client could."""
        chat = self.chat_of(message)
        bot = self._author(chat, message)
        press = ButtonPress(str(self.telegram.number() + 10**15), self.account, bot, message, self.telegram.clock.now())
        self.telegram.presses[press.id] = press
        query: Json = {"id": press.id, "from": self.account.api(), "chat_instance": str(chat.id), "data": data}
        inline = [key for key, place in self.telegram.sent_inline.items() if place == (chat, message["message_id"])]
        query |= {"inline_message_id": inline[0]} if inline else {"message": message}
        self.telegram.update(bot, "callback_query", query, f"user{self.id}")
        return press

    def types(
        self, query: str, *, offset: str = "", chat: Chat | None = None, bot: Bot | None = None
    ) -> InlineQuestion:
        """Types ``@bot query``; `results` waits for the bot's answer."""
        bot = bot or self._bot()
        question = InlineQuestion(
            str(self.telegram.number() + 10**15), self.account, bot, query, offset, self.telegram.clock.now()
        )
        self.telegram.questions[question.id] = question
        if (kept := self.telegram.cached_answer(question)) is not None:
            question.answer = kept
            self.telegram.happened("inline", None, {"inline_query_id": question.id, **kept}, [self.account])
            return question
        shown_type = "sender" if chat is None or chat.is_private else chat.type
        self.telegram.update(
            bot,
            "inline_query",
            {
                "id": question.id,
                "from": self.account.api(),
                "query": query,
                "offset": offset,
                "chat_type": shown_type,
            },
            f"user{self.id}",
        )
        return question

    def chooses(self, question: InlineQuestion, result: str | int, chat: Chat) -> Json:
        """Taps a result, given by id or index: the message appears in the chat, and the bot is told."""
        results = (question.answer or {"results": []})["results"]
        one = results[result] if isinstance(result, int) else next(each for each in results if each["id"] == result)
        chosen: Json = {
            "result_id": one["id"],
            "from": self.account.api(),
            "query": question.query,
        }
        message = self.telegram.post(chat, self.account, dict(one["message"]), via_bot=question.bot.api())
        if "reply_markup" in message:
            identifier = f"inline-{self.telegram.number()}"
            self.telegram.sent_inline[identifier] = (chat, message["message_id"])
            chosen["inline_message_id"] = identifier
        if question.bot.inline_feedback:
            self.telegram.update(question.bot, "chosen_inline_result", chosen, f"user{self.id}")
        return message

    def reacts(self, message: Json, *emoji: str) -> None:
        """Sets the person's reactions to a message; none removes them."""
        chat = self.chat_of(message)
        new = [{"type": "emoji", "emoji": one} for one in emoji]
        old = react(self.telegram, chat, message["message_id"], self.id, new)
        for bot in self.telegram.bots_in(chat):
            if chat.is_private or chat.status(bot) == "administrator":
                self.telegram.update(
                    bot,
                    "message_reaction",
                    {
                        "chat": chat.api(),
                        "message_id": message["message_id"],
                        "user": self.account.api(),
                        "date": self.telegram.now,
                        "old_reaction": old,
                        "new_reaction": new,
                    },
                    f"chat{chat.id}",
                )

    def blocks(self, bot: Bot | None = None) -> None:
        """Stops the bot: it may not write any more."""
        self._member_change(bot or self._bot(), "member", "kicked")

    def unblocks(self, bot: Bot | None = None) -> None:
        """Lets the bot write again."""
        self._member_change(bot or self._bot(), "kicked", "member")

    def _member_change(self, bot: Bot, old: str, new: str) -> None:
        key = (bot.id, self.id)
        if (key in self.telegram.blocked) == (new == "kicked"):
            return
        chat = self.chat(bot)
        (self.telegram.blocked.add if new == "kicked" else self.telegram.blocked.discard)(key)
        self.telegram.update(bot, "my_chat_member", member_change(self.telegram, chat, self.account, bot, old, new))

    # -- seeing without waiting (`Watcher` waits)

    def messages(self, chat: Chat | None = None) -> list[Json]:
        """All messages of a chat as they are now, oldest first."""
        return list((chat or self.chat()).messages.values())

    def menu(self, bot: Bot | None = None, chat: Chat | None = None) -> list[Json]:
        """The commands this person is offered here."""
        bot = bot or self._bot()
        return menu_for(bot, chat or self.chat(bot), self.account)

    def chat(self, bot: Bot | None = None) -> Chat:
        """The private chat with the bot."""
        return self.telegram.private(bot or self._bot(), self.account)

    def chat_of(self, message: Json) -> Chat:
        """Where a message is."""
        identifier = message["chat"]["id"]
        if identifier == self.id:
            for (_, person), chat in self.telegram.privates.items():
                if person == self.id and message["message_id"] in chat.messages:
                    return chat
        return self.telegram.chats.get(identifier) or self.chat()

    def _bot(self) -> Bot:
        bots = list(self.telegram.bots.values())
        if len(bots) != 1:
            raise ValueError("say which bot: there is not exactly one")
        return bots[0]

    def _author(self, chat: Chat, message: Json) -> Bot:
        identifier = (message.get("via_bot") or message.get("from") or {}).get("id", 0)
        account = self.telegram.accounts.get(identifier)
        return account if isinstance(account, Bot) else next(self.telegram.bots_in(chat))


ANONYMOUS = Account(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)


def rich_buttons(message: Json, button: str) -> list[Json]:
    """Callback buttons inside a rich message with this text or data."""
    found: list[Json] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if "callback_data" in value and button in (value.get("text"), value["callback_data"]):
                found.append(value)
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(message.get("rich_message"))
    return found


def _bare(message: Json) -> Json:
    return {key: value for key, value in message.items() if key != "reply_to_message"}


__all__ = ["ANONYMOUS", "Expectation", "NotSeen", "Person"]
