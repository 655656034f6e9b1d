"""What people do in groups and channels: create, add, promote, remove, migrate."""

from sandbox.refusals import Json
from sandbox.world.model import (
    Account,
    Bot,
    Chat,
    ChatMember,
)
from sandbox.world.telegram import Telegram


class ChatHost:
    """The part of a person that acts in groups and channels."""

    telegram: Telegram
    account: Account

    def makes_group(self, title: str, *others: "ChatHost | Bot", kind: str = "group", is_forum: bool = False) -> Chat:
        """Makes a group, supergroup or channel with these members."""
        chat = self.telegram.group(title, self.account, kind=kind, is_forum=is_forum)
        for other in others:
            self.adds(chat, other)
        return chat

    def adds(self, chat: Chat, other: "ChatHost | Bot") -> None:
        """Adds a person or a bot."""
        account = _account(other)
        self.changes_member(chat, account, "member")
        if chat.type != "channel":
            self.telegram.post(
                chat, self.account, {"new_chat_members": [account.api()], "new_chat_member": account.api()}
            )

    def joins(self, chat: Chat) -> None:
        """The person joins."""
        self.adds(chat, self)

    def leaves(self, chat: Chat) -> None:
        """The person leaves."""
        self.telegram.post(chat, self.account, {"left_chat_member": self.account.api()})
        self.changes_member(chat, self.account, "left")

    def kicks(self, chat: Chat, other: "ChatHost | Bot") -> None:
        """Removes somebody for good."""
        account = _account(other)
        self.telegram.post(chat, self.account, {"left_chat_member": account.api()})
        self.changes_member(chat, account, "kicked")

    def promotes(self, chat: Chat, other: "ChatHost | Bot", **rights: bool) -> None:
        """Makes somebody an administrator; without ``rights`` they get those that every administrator has."""
        self.changes_member(chat, _account(other), "administrator", **(rights or {"can_manage_chat": True}))

    def posts(self, chat: Chat, text: str = "", picture: bytes = b"", **more: object) -> Json:
        """Posts in a channel: text, or a picture with the text as its caption. ``more`` are fields of the message."""
        content: Json = {"text": text} if text else {}
        if picture:
            size = self.telegram.files.keep(self.telegram.number(), "photo.jpg", picture)
            content = {"photo": [size]} | ({"caption": text} if text else {})
        return self.telegram.post(chat, self.account, content, **more)

    def migrates(self, chat: Chat) -> Chat:
        """Makes the group a supergroup with another id. The old one refuses everything from now on."""
        fresh = self.telegram.group(chat.title, self.account, kind="supergroup")
        fresh.members = dict(chat.members)
        self.telegram.post(chat, self.account, {"migrate_to_chat_id": fresh.id})
        self.telegram.post(fresh, self.account, {"migrate_from_chat_id": chat.id})
        chat.migrated_to = fresh.id
        return fresh

    def opens_topic(self, chat: Chat, name: str) -> int:
        """Opens a topic in a forum; gives its thread id."""
        return self.telegram.open_topic(chat, self.account, name)

    def closes_topic(self, chat: Chat, thread: int) -> None:
        """Closes a topic: only administrators may write there now."""
        chat.topics[thread]["is_closed"] = True
        self.telegram.post(
            chat, self.account, {"forum_topic_closed": {}}, message_thread_id=thread, is_topic_message=True
        )

    def reopens_topic(self, chat: Chat, thread: int) -> None:
        """Reopens a topic: everybody may write there again."""
        chat.topics[thread].pop("is_closed", None)
        self.telegram.post(
            chat, self.account, {"forum_topic_reopened": {}}, message_thread_id=thread, is_topic_message=True
        )

    def deletes_topic(self, chat: Chat, thread: int) -> None:
        """Deletes a topic with all its messages; bots are not told."""
        del chat.topics[thread]
        for number, message in list(chat.messages.items()):
            if message.get("message_thread_id") == thread:
                self.telegram.delete(chat, number)

    def closes_general(self, chat: Chat, *, closed: bool = True) -> None:
        """Closes the general topic to all who do not manage topics; ``closed=False`` opens it again."""
        chat.extra["general"] = {"is_closed": closed}
        self.telegram.post(chat, self.account, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})

    def permits(self, chat: Chat, **rights: bool) -> None:
        """Sets what members may do from now on; bots that are members are not told."""
        chat.permissions |= rights
        self.telegram.happened("permissions", chat, {"permissions": chat.permissions})

    def dissolves(self, chat: Chat) -> None:
        """Deletes the group."""
        chat.is_deleted = True
        self.telegram.happened("deleted", chat, {})

    def changes_member(self, chat: Chat, account: Account, status: str, **rights: bool) -> None:
        """Sets a member's status: promotes, restricts, kicks or lets back. A bot gets ``my_chat_member``."""
        old = chat.members.get(account.id) or ChatMember(account, "left")
        fresh = ChatMember(account, status, dict(rights))
        chat.members[account.id] = fresh
        change = member_change(self.telegram, chat, self.account, account, old.api(), fresh.api())
        if isinstance(account, Bot):
            self.telegram.update(account, "my_chat_member", change, f"chat{chat.id}")
        else:
            for bot in self.telegram.bots_in(chat):
                if chat.status(bot) == "administrator":
                    self.telegram.update(bot, "chat_member", change, f"chat{chat.id}")


def _account(other: "ChatHost | Bot") -> Account:
    return other.account if isinstance(other, ChatHost) else other


def member_change(telegram: Telegram, chat: Chat, actor: Account, subject: Account, old: object, new: object) -> Json:
    """A ``ChatMemberUpdated``. ``old`` and ``new`` are a `ChatMember` or only its status."""

    def member(value: object) -> object:
        if not isinstance(value, str):
            return value
        return ChatMember(subject, value).api()

    return {
        "chat": chat.api(),
        "from": actor.api(),
        "date": telegram.now,
        "old_chat_member": member(old),
        "new_chat_member": member(new),
    }


# Waiting for what the bot shows.
