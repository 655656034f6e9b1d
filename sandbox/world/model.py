"""Accounts, chats, members, messages, bots and what passes between people and bots."""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.refusals import Json

ADMIN_STATUSES = frozenset({"creator", "administrator"})
PRESENT_STATUSES = ADMIN_STATUSES | {"member", "restricted"}


@dataclass(slots=True, eq=False)
class Account:
    """A person or a bot, as the Bot API's ``User`` shows it."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    is_deleted: bool = False

    def api(self) -> Json:
        """A ``User``."""
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if value := getattr(self, name):
                user[name] = value
        return user


@dataclass(slots=True)
class ChatMember:
    """A member of a group, supergroup or channel; ``rights`` are the true fields of its ``ChatMember``."""

    account: Account
    status: str = "member"
    rights: dict[str, bool] = field(default_factory=dict)
    custom_title: str = ""
    until: int = 0

    def api(self) -> Json:
        """The ``ChatMember`` of this status."""
        shown: Json = {"status": self.status, "user": self.account.api()}
        if self.status == "creator":
            shown["is_anonymous"] = self.rights.get("is_anonymous", False)
        elif self.status == "administrator":
            shown |= {"can_be_edited": False} | {right: self.rights.get(right, False) for right in ADMIN_RIGHTS}
        elif self.status == "restricted":
            shown |= {"is_member": True, "until_date": self.until}
            shown |= {permission: self.rights.get(permission, False) for permission in PERMISSIONS}
        elif self.status == "kicked":
            shown["until_date"] = self.until
        if self.custom_title:
            shown["custom_title"] = self.custom_title
        return shown


ADMIN_RIGHTS = (
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_post_messages",
    "can_edit_messages",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_direct_messages",
    "can_manage_tags",
    "can_send_welcome_messages",
)
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_react_to_messages",
    "can_edit_tag",
)


@dataclass(slots=True, eq=False)
class Chat:
    """A chat and its messages.

    ``messages`` holds Bot API ``Message`` objects by id, ``ephemeral`` those that one person and one bot see.
    A private chat has a ``person`` and a ``bot``. A person's private chats with several bots all have the person's id.
    """

    id: int
    type: str
    title: str = ""
    username: str = ""
    description: str = ""
    person: Account | None = None
    bot: "Account | None" = None
    members: dict[int, ChatMember] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    last_message: int = 0
    is_forum: bool = False
    topics: dict[int, Json] = field(default_factory=dict)
    ephemeral: dict[int, Json] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    permissions: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(PERMISSIONS, True))
    migrated_to: int = 0
    is_deleted: bool = False
    menu: Json | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        """Whether it is a chat of one person and one bot."""
        return self.type == "private"

    def api(self) -> Json:
        """A ``Chat``."""
        if self.person is not None:
            shown: Json = {"id": self.id, "type": self.type, "first_name": self.person.first_name}
            for name in ("last_name", "username"):
                if value := getattr(self.person, name):
                    shown[name] = value
            return shown
        shown = {"id": self.id, "type": self.type, "title": self.title}
        if self.username:
            shown["username"] = self.username
        if self.is_forum:
            shown["is_forum"] = True
        return shown

    def status(self, account: Account) -> str:
        """The account's status here; ``left`` for a stranger."""
        member = self.members.get(account.id)
        return member.status if member else "left"

    def has(self, account: Account) -> bool:
        """Whether the account is here and sees the messages."""
        return self.status(account) in PRESENT_STATUSES

    def seen_by(self, account: Account) -> dict[int, Json]:
        """The messages here that no other person sees, by number."""
        return {
            number: message
            for number, message in self.ephemeral.items()
            if account.id in (message["from"]["id"], message["receiver_user"]["id"])
        }

    def people(self) -> list[Account]:
        """The people here, without bots."""
        if self.person is not None:
            return [self.person]
        return [
            member.account
            for member in self.members.values()
            if member.status in PRESENT_STATUSES and not member.account.is_bot
        ]


@dataclass(slots=True)
class Command:
    """A bot's commands in one scope and language."""

    scope: Json
    language: str
    commands: list[Json]


_TOKEN = re.compile(r"[0-9]{1,15}:[A-Za-z0-9_-]{1,80}")


def is_token(text: str) -> bool:
    """Whether it has the form of a token: the bot's id, a colon, letters."""
    return _TOKEN.fullmatch(text) is not None


@dataclass(slots=True, eq=False)
class Bot(Account):
    """A bot: its token, what it set about itself, and its owner's settings at @BotFather."""

    token: str = ""
    commands: dict[str, Command] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    supports_inline: bool = True
    inline_feedback: bool = True
    reads_all: bool = False
    default_rights: dict[str, Json] = field(default_factory=dict)
    menu_button: Json = field(default_factory=lambda: {"type": "commands"})

    def api_me(self) -> Json:
        """What ``getMe`` answers."""
        return self.api() | {
            "can_join_groups": True,
            "can_read_all_group_messages": self.reads_all,
            "supports_inline_queries": self.supports_inline,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
            "can_manage_bots": False,
            "supports_guest_queries": False,
        }


# Records of what happens between people and bots: events people see, pressed buttons, inline queries, files.


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """Something people can see. ``viewers`` are ids of persons; ``number`` counts up from 1.

    Kinds: ``message``, ``edit``, ``delete``, ``typing``, ``toast``, ``inline``, ``menu``, ``keyboard``, ``clock``.
    """

    number: int
    kind: str
    chat: int
    viewers: frozenset[int]
    payload: Json


@dataclass(slots=True)
class ButtonPress:
    """A pressed callback button and, once given, the bot's answer: ``text``, ``show_alert``, ``url``."""

    id: str
    person: Account
    bot: Bot
    message: Json
    pressed_at: float
    answer: Json | None = None


@dataclass(slots=True)
class InlineQuestion:
    """An inline query and, once given, the bot's answer: ``results``, ``next_offset``, ``button``, ``cache_time``."""

    id: str
    person: Account
    bot: Bot
    query: str
    offset: str
    asked_at: float
    answer: Json | None = None


@dataclass(slots=True)
class FileStore:
    """Uploaded files by ``file_id``. ``names`` has each one's path on the server, ``called`` its own name."""

    content: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)

    def keep(self, number: int, name: str, content: bytes) -> Json:
        """Keeps a person's picture; gives its ``PhotoSize``, whose ``file_id`` a bot may use again."""
        file_id = f"upload-{number}-{len(content)}"
        self.content[file_id], self.called[file_id] = content, name
        self.names[file_id] = f"files/{file_id}.{name.rpartition('.')[2]}"
        shown: Json = {"file_id": file_id, "file_unique_id": f"AQAD{number:08x}", "file_size": len(content)}
        return shown | {"width": 800, "height": 450}


# Which commands a person is offered: those of the narrowest scope that has any, in their language or in none.


def menu_for(bot: Bot, chat: Chat, person: Account) -> list[Json]:
    """The commands this person is offered, by Telegram's «Determining list of commands»."""
    language = person.language_code.split("-")[0]
    said = {
        (command.scope["type"], command.scope.get("chat_id"), command.scope.get("user_id"), command.language): command
        for command in bot.commands.values()
    }
    for kind, chat_id, user_id in scopes_for(chat, person):
        for wanted in (language, ""):
            if found := said.get((kind, chat_id, user_id, wanted)):
                return found.commands
    return []


def scopes_for(chat: Chat, person: Account) -> list[tuple[str, int | None, int | None]]:
    """The scopes that apply here, narrowest first: type, chat id, user id."""
    if chat.is_private:
        return [("chat", chat.id, None), ("all_private_chats", None, None), ("default", None, None)]
    scopes: list[tuple[str, int | None, int | None]] = [("chat_member", chat.id, person.id)]
    if chat.status(person) in ADMIN_STATUSES:
        scopes += [("chat_administrators", chat.id, None), ("chat", chat.id, None)]
        scopes += [("all_chat_administrators", None, None)]
    else:
        scopes += [("chat", chat.id, None)]
    return [*scopes, ("all_group_chats", None, None), ("default", None, None)]
