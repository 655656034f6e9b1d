"""Chats: members, titles, pinned messages and topics; promoting, restricting and banning."""

from sandbox.methods.call import MethodCall, answers
from sandbox.refusals import Json, bad_request
from sandbox.world.hosting import member_change
from sandbox.world.model import ADMIN_RIGHTS, ADMIN_STATUSES, PERMISSIONS, Account, Chat, ChatMember

# Chats and who is in them.


@answers("getChat")
def get_chat(call: MethodCall) -> Json:
    """A ``ChatFullInfo``."""
    chat = call.chat()
    shown = chat.api() | {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if chat.description:
        shown["description"] = chat.description
    if chat.type in {"group", "supergroup"}:
        shown["permissions"] = chat.permissions
    if chat.pinned:
        shown["pinned_message"] = chat.messages[chat.pinned[-1]]
    return shown


@answers("getChatMember")
def get_chat_member(call: MethodCall) -> Json:
    """A ``ChatMember``."""
    chat = call.chat()
    user = call.number("user_id")
    account = call.telegram.accounts.get(user)
    if account is None:
        raise bad_request("invalid user_id specified")
    if chat.is_private:
        return {"status": "member", "user": account.api()}
    return chat.members.get(user, ChatMember(account, "left")).api()


@answers("getChatAdministrators")
def get_administrators(call: MethodCall) -> list[Json]:
    """The chat's administrators. Of bots only the caller is listed."""
    chat = call.chat()
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [
        member.api()
        for member in chat.members.values()
        if member.status in ADMIN_STATUSES and (not member.account.is_bot or member.account is call.bot)
    ]


@answers("getChatMemberCount")
def get_member_count(call: MethodCall) -> int:
    """How many members the chat has."""
    chat = call.chat()
    return 2 if chat.is_private else sum(chat.has(member.account) for member in chat.members.values())


# A chat's title, pinned messages and topics.


def _may(call: MethodCall, chat: Chat, right: str) -> bool:
    member = chat.members.get(call.bot.id)
    return chat.is_private or (member is not None and member.rights.get(right, False))


@answers("setChatTitle")
def set_title(call: MethodCall) -> bool:
    """Sets a title of 1 to 128 characters."""
    chat, title = call.chat(), call.text("title").strip()
    if not 1 <= len(title) <= 128:
        raise bad_request("CHAT_TITLE_EMPTY" if not title else "CHAT_TITLE_TOO_LONG")
    if not _may(call, chat, "can_change_info") or chat.is_private:
        raise bad_request("not enough rights to change chat title")
    chat.title = title
    call.telegram.post(chat, call.bot, {"new_chat_title": title})
    return True


@answers("setChatDescription")
def set_description(call: MethodCall) -> bool:
    """Sets a description of up to 255 characters."""
    chat, words = call.chat(), call.text("description")
    if len(words) > 255:
        raise bad_request("CHAT_ABOUT_TOO_LONG")
    if not _may(call, chat, "can_change_info") or chat.is_private:
        raise bad_request("not enough rights to set chat description")
    if words == chat.description:
        raise bad_request("chat description is not modified")
    chat.description = words
    return True


@answers("pinChatMessage")
def pin(call: MethodCall) -> bool:
    """Pins a message."""
    chat = _pinnable(call)
    number = call.number("message_id")
    if number not in chat.messages:
        raise bad_request("message to pin not found")
    if number in chat.pinned:
        raise bad_request("CHAT_NOT_MODIFIED")
    chat.pinned.append(number)
    call.telegram.post(chat, call.bot, {"pinned_message": chat.messages[number]})
    return True


@answers("unpinChatMessage", "unpinAllChatMessages")
def unpin(call: MethodCall) -> bool:
    """Unpins one message (the newest pinned when none is named), or all."""
    chat = _pinnable(call)
    if call.method == "unpinAllChatMessages":
        chat.pinned.clear()
        return True
    number = call.number("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    return True


def _pinnable(call: MethodCall) -> Chat:
    chat = call.writable_chat()
    right = "can_edit_messages" if chat.type == "channel" else "can_pin_messages"
    if not _may(call, chat, right):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def _forum(call: MethodCall) -> Chat:
    chat = call.writable_chat()
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not _may(call, chat, "can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    return chat


def _topic(call: MethodCall, chat: Chat) -> Json:
    topic = chat.topics.get(call.number("message_thread_id"))
    if topic is None:
        raise bad_request("message thread not found")
    return topic


@answers("createForumTopic")
def create_topic(call: MethodCall) -> Json:
    """Opens a topic with a name of 1 to 128 characters."""
    chat, name = _forum(call), call.text("name").strip()
    if not 1 <= len(name) <= 128:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_TOO_LONG")
    thread = call.telegram.open_topic(chat, call.bot, name, call.number("icon_color") or 7322096)
    return {key: value for key, value in chat.topics[thread].items() if key != "is_closed"}


@answers("editForumTopic")
def edit_topic(call: MethodCall) -> bool:
    """Renames a topic."""
    chat = _forum(call)
    topic, name = _topic(call, chat), call.text("name")
    if not name or name == topic["name"]:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic["name"] = name
    return True


@answers("closeForumTopic", "reopenForumTopic")
def close_topic(call: MethodCall) -> bool:
    """Closes or reopens a topic. Administrators may write in a closed one."""
    chat = _forum(call)
    topic, closed = _topic(call, chat), call.method == "closeForumTopic"
    if bool(topic.get("is_closed")) == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic["is_closed"] = closed
    service = "forum_topic_closed" if closed else "forum_topic_reopened"
    thread = topic["message_thread_id"]
    call.telegram.post(chat, call.bot, {service: {}}, message_thread_id=thread, is_topic_message=True)
    return True


@answers("deleteForumTopic")
def delete_topic(call: MethodCall) -> bool:
    """Deletes a topic with all its messages."""
    chat = _forum(call)
    thread = _topic(call, chat)["message_thread_id"]
    del chat.topics[thread]
    for number, message in list(chat.messages.items()):
        if message.get("message_thread_id") == thread:
            call.telegram.delete(chat, number)
    return True


# Banning, unbanning, restricting and promoting members.

_ALWAYS = frozenset({"creator"})


def _who(call: MethodCall) -> Account:
    account = call.telegram.accounts.get(call.number("user_id"))
    if account is None:
        raise bad_request("invalid user_id specified")
    return account


def _group_with(call: MethodCall, right: str, refusal: str) -> Chat:
    """The group of ``chat_id``. Refuses when the bot lacks the right."""
    chat = call.chat()
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    member = chat.members.get(call.bot.id)
    if member is None or not (member.status in _ALWAYS or member.rights.get(right)):
        raise bad_request(refusal)
    return chat


def _change(call: MethodCall, chat: Chat, account: Account, fresh: ChatMember) -> None:
    old = chat.members.get(account.id) or ChatMember(account, "left")
    chat.members[account.id] = fresh
    change = member_change(call.telegram, chat, call.bot, account, old.api(), fresh.api())
    for bot in call.telegram.bots_in(chat):
        kind = "my_chat_member" if bot is account else "chat_member"
        if bot is account or chat.status(bot) == "administrator":
            call.telegram.update(bot, kind, change, f"chat{chat.id}")


_RESTRICT = "not enough rights to restrict/unrestrict chat member"


@answers("banChatMember")
def ban(call: MethodCall) -> bool:
    """Removes a member, who cannot come back until unbanned."""
    chat, account = _group_with(call, "can_restrict_members", _RESTRICT), _who(call)
    status = chat.status(account)
    if status == "creator":
        raise bad_request("can't remove chat owner")
    if status == "administrator":
        raise bad_request("user is an administrator of the chat")
    _change(call, chat, account, ChatMember(account, "kicked", until=call.number("until_date")))
    return True


@answers("unbanChatMember")
def unban(call: MethodCall) -> bool:
    """Lets someone come back. A present member is removed, unless ``only_if_banned``."""
    chat, account = _group_with(call, "can_restrict_members", _RESTRICT), _who(call)
    if chat.status(account) == "kicked" or not call.get("only_if_banned"):
        _change(call, chat, account, ChatMember(account, "left"))
    return True


@answers("restrictChatMember")
def restrict(call: MethodCall) -> bool:
    """Leaves a member only the given permissions."""
    chat, account = _group_with(call, "can_restrict_members", _RESTRICT), _who(call)
    if chat.type != "supergroup":
        raise bad_request("method is available only for supergroups")
    if chat.status(account) in {"creator", "administrator"}:
        raise bad_request("user is an administrator of the chat")
    given = call.get("permissions") or {}
    kept = {name: bool(given.get(name)) for name in PERMISSIONS}
    _change(call, chat, account, ChatMember(account, "restricted", kept, until=call.number("until_date")))
    return True


@answers("promoteChatMember")
def promote(call: MethodCall) -> bool:
    """Gives someone an administrator's rights; without any they are an ordinary member again."""
    chat = _group_with(call, "can_promote_members", "not enough rights")
    account = _who(call)
    if chat.status(account) == "creator":
        raise bad_request("can't remove chat owner")
    rights = {name: bool(call.get(name)) for name in ADMIN_RIGHTS}
    status = "administrator" if any(rights.values()) else "member"
    _change(call, chat, account, ChatMember(account, status, rights if status == "administrator" else {}))
    return True


@answers("setChatPermissions")
def set_permissions(call: MethodCall) -> bool:
    """Sets what all members may do."""
    chat = _group_with(call, "can_restrict_members", "not enough rights to change chat permissions")
    given = call.get("permissions") or {}
    chat.permissions = {name: bool(given.get(name)) for name in PERMISSIONS}
    return True


@answers("leaveChat")
def leave(call: MethodCall) -> bool:
    """The bot leaves the chat."""
    chat = call.chat()
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    _change(call, chat, call.bot, ChatMember(call.bot, "left"))
    call.telegram.update(
        call.bot,
        "my_chat_member",
        member_change(call.telegram, chat, call.bot, call.bot, "member", "left"),
        f"chat{chat.id}",
    )
    return True
