"""A bot's request with its parameters and files, and the table of functions that answer the methods."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.markup.text import checked_link
from sandbox.methods.schema import schema
from sandbox.refusals import Json, bad_request, forbidden
from sandbox.world.model import Account, Bot, Chat
from sandbox.world.telegram import Telegram


@dataclass(slots=True)
class MethodCall:
    """A request with parsed parameters. ``breaches`` collects mistakes that Telegram would forgive."""

    telegram: Telegram
    bot: Bot
    method: str
    params: Json
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter; ``default`` when it was not given."""
        return self.params.get(name, default)

    def text(self, name: str) -> str:
        """A text parameter, empty when it was not given."""
        value = self.params.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """An integer parameter, 0 when it was not given."""
        value = self.params.get(name)
        return value if isinstance(value, int) else 0

    def chat(self, name: str = "chat_id") -> Chat:
        """The chat that a parameter names. Refuses a chat the bot has never met."""
        value = self.params.get(name)
        if value is None or value == "":
            raise bad_request(f"{name} is empty")
        if isinstance(value, str):
            wanted = value.removeprefix("@").lower()
            for chat in self.telegram.chats.values():
                if chat.username and chat.username.lower() == wanted:
                    return chat
            raise bad_request("chat not found")
        if value > 0:
            chat_here = self.telegram.privates.get((self.bot.id, value))
            if chat_here is not None:
                return chat_here
            if any(chat.has(self.telegram.accounts[value]) for chat in self._shared_chats(value)):
                return Chat(value, "private", person=self.telegram.accounts[value], bot=self.bot)
            raise bad_request("chat not found")
        found = self.telegram.chats.get(value)
        if found is None or self.bot.id not in found.members:
            raise bad_request("chat not found")
        return found

    def _shared_chats(self, person: int) -> list[Chat]:
        if person not in self.telegram.accounts:
            return []
        return [chat for chat in self.telegram.chats.values() if self.bot.id in chat.members]

    def writable_chat(self) -> Chat:
        """The chat of ``chat_id``. Refuses when the bot may not write there."""
        chat = self.chat()
        if chat.person is not None:
            self._check_private(chat.person)
        else:
            self._check_group(chat)
        return chat

    def _check_private(self, person: Account) -> None:
        if person.is_deleted:
            raise forbidden("user is deactivated")
        if person.is_bot:
            raise forbidden("the bot can't send messages to the bot")
        if (self.bot.id, person.id) in self.telegram.blocked:
            raise forbidden("bot was blocked by the user")
        if (self.bot.id, person.id) not in self.telegram.privates:
            raise forbidden("bot can't initiate conversation with a user")

    def _check_group(self, chat: Chat) -> None:
        if chat.migrated_to:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if chat.is_deleted:
            raise forbidden("the group chat was deleted")
        status = chat.status(self.bot)
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        if status == "left":
            raise forbidden(f"bot is not a member of the {chat.type} chat")
        if chat.type == "channel" and not (
            status == "administrator" and chat.members[self.bot.id].rights.get("can_post_messages")
        ):
            raise bad_request("need administrator rights in the channel chat")
        self.demand(chat, "can_send_messages", "text messages")

    def allows(self, chat: Chat, right: str) -> bool:
        """Whether the bot has a member's right here: the chat must allow it, and a restricted bot needs it too."""
        status = chat.status(self.bot)
        if status == "restricted" and not chat.members[self.bot.id].rights.get(right):
            return False
        return chat.is_private or status not in ("member", "restricted") or chat.permissions.get(right, False)

    def demand(self, chat: Chat, right: str, what: str) -> None:
        """Refuses when the bot lacks a member's right here."""
        if not self.allows(chat, right):
            raise bad_request(f"not enough rights to send {what} to the chat")


MethodHandler = Callable[[MethodCall], object]
HANDLERS: dict[str, MethodHandler] = {}


def answers(*methods: str) -> Callable[[MethodHandler], MethodHandler]:
    """Registers a function as the answer to these methods."""

    def register(handler: MethodHandler) -> MethodHandler:
        for method in methods:
            HANDLERS[method.lower()] = handler
        return handler

    return register


# Files that a bot names or uploads.


def file_source(call: MethodCall, value: object, kind: str = "photo") -> str:
    """What a file parameter names: a link or a known ``file_id``. An upload is kept and gets a new ``file_id``."""
    text = value if isinstance(value, str) else ""
    name = text.removeprefix("attach://")
    if name in call.uploads and (text.startswith("attach://") or name == text):
        filename, content = call.uploads[name]
        if not content:
            raise bad_request("file must be non-empty")
        return keep(call, filename, content)
    if not text:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if text.startswith("attach://"):
        raise bad_request(f"can't find file {name} in the request" if name else "wrong file identifier specified")
    if text in call.telegram.files.names:
        return text
    if "://" in text or "." in text:
        if checked_link(text) is None:
            raise bad_request("wrong HTTP URL specified")
        return text
    raise bad_request("wrong remote file identifier specified: Wrong string length")


def keep(call: MethodCall, filename: str, content: bytes) -> str:
    """Stores an upload and gives its ``file_id``."""
    name = filename if "." in filename else f"{filename}.bin"
    file_id: str = call.telegram.files.keep(call.telegram.number(), name, content)["file_id"]
    call.telegram.files.called[file_id] = filename
    return file_id


def photo_sizes(source: str, size: int = 0) -> list[Json]:
    """A ``PhotoSize`` list. The source itself is the ``file_id``, so a link can be shown."""
    shown: Json = {"file_id": source, "file_unique_id": unique(source), "width": 800, "height": 450}
    return [shown | {"file_size": size}] if size else [shown]


def unique(source: str) -> str:
    """A ``file_unique_id``."""
    return f"AQAD{zlib.crc32(source.encode()):08x}"


def medium(call: MethodCall, kind: str, source: str) -> Any:
    """A media object of a kind (``photo`` is a list of sizes) for a checked source."""
    size = len(call.telegram.files.content.get(source, b""))
    if kind == "photo":
        return photo_sizes(source, size)
    type_ = schema().types[_TYPES.get(kind, kind.title().replace("_", ""))]
    shown: Json = {"file_id": source, "file_unique_id": unique(source)}
    for name, one in type_.fields.items():
        if one.required and name not in shown:
            shown[name] = {"Integer": 1, "String": "regular", "Boolean": False}.get(one.kind)
    if "file_name" in type_.fields and (called := call.telegram.files.called.get(source)):
        shown["file_name"] = called
    return shown | ({"file_size": size} if size else {})


def from_parameter(call: MethodCall, name: str, kind: str = "") -> Any:
    """The media of a file parameter."""
    value = name if name in call.uploads else call.get(name)
    return medium(call, kind or name, file_source(call, value, kind or name))


def from_input(call: MethodCall, kind: str, given: Json) -> Any:
    """The media of an ``InputMedia…`` object."""
    return medium(call, kind, file_source(call, given.get("media"), kind))


_TYPES = {"voice_note": "Voice", "live_photo": "LivePhoto"}
