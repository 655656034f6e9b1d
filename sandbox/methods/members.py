"""Letting in, promoting, restricting, throwing out."""

from sandbox.call import Call, answers
from sandbox.hosting import member_change
from sandbox.model import ADMIN_RIGHTS, PERMISSIONS, Account, Chat, Member
from sandbox.refusal import bad_request

_ALWAYS = frozenset({"creator"})


def _who(call: Call) -> Account:
    account = call.telegram.accounts.get(call.number("user_id"))
    if account is None:
        raise bad_request("invalid user_id specified")
    return account


def _group_with(call: Call, right: str, refusal: str) -> Chat:
    """The group of ``chat_id``; refuses without the right."""
    chat = call.chat()
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    member = chat.members.get(call.bot.id)
    if member is None or not (member.status in _ALWAYS or member.rights.get(right)):
        raise bad_request(refusal)
    return chat


def _change(call: Call, chat: Chat, account: Account, fresh: Member) -> None:
    old = chat.members.get(account.id) or Member(account, "left")
    chat.members[account.id] = fresh
    change = member_change(call.telegram, chat, call.bot, account, old.api(), fresh.api())
    for bot in call.telegram.bots_in(chat):
        kind = "my_chat_member" if bot is account else "chat_member"
        if bot is account or chat.status(bot) == "administrator":
            call.telegram.update(bot, kind, change, f"chat{chat.id}")


_RESTRICT = "not enough rights to restrict/unrestrict chat member"


@answers("banChatMember")
def ban(call: Call) -> bool:
    """Out, and not back until unbanned."""
    chat, account = _group_with(call, "can_restrict_members", _RESTRICT), _who(call)
    status = chat.status(account)
    if status == "creator":
        raise bad_request("can't remove chat owner")
    if status == "administrator":
        raise bad_request("user is an administrator of the chat")
    _change(call, chat, account, Member(account, "kicked", until=call.number("until_date")))
    return True


@answers("unbanChatMember")
def unban(call: Call) -> bool:
    """May come back; a member is put out, unless only_if_banned."""
    chat, account = _group_with(call, "can_restrict_members", _RESTRICT), _who(call)
    if chat.status(account) == "kicked" or not call.get("only_if_banned"):
        _change(call, chat, account, Member(account, "left"))
    return True


@answers("restrictChatMember")
def restrict(call: Call) -> bool:
    """Which permissions stay."""
    chat, account = _group_with(call, "can_restrict_members", _RESTRICT), _who(call)
    if chat.type != "supergroup":
        raise bad_request("method is available only for supergroups")
    if chat.status(account) in {"creator", "administrator"}:
        raise bad_request("user is an administrator of the chat")
    given = call.get("permissions") or {}
    kept = {name: bool(given.get(name)) for name in PERMISSIONS}
    _change(call, chat, account, Member(account, "restricted", kept, until=call.number("until_date")))
    return True


@answers("promoteChatMember")
def promote(call: Call) -> bool:
    """Rights of an administrator; without any, a member again."""
    chat = _group_with(call, "can_promote_members", "not enough rights")
    account = _who(call)
    if chat.status(account) == "creator":
        raise bad_request("can't remove chat owner")
    rights = {name: bool(call.get(name)) for name in ADMIN_RIGHTS}
    status = "administrator" if any(rights.values()) else "member"
    _change(call, chat, account, Member(account, status, rights if status == "administrator" else {}))
    return True


@answers("setChatPermissions")
def set_permissions(call: Call) -> bool:
    """What members may do."""
    chat = _group_with(call, "can_restrict_members", "not enough rights to change chat permissions")
    given = call.get("permissions") or {}
    chat.permissions = {name: bool(given.get(name)) for name in PERMISSIONS}
    return True


@answers("leaveChat")
def leave(call: Call) -> bool:
    """The bot goes."""
    chat = call.chat()
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    _change(call, chat, call.bot, Member(call.bot, "left"))
    call.telegram.update(
        call.bot,
        "my_chat_member",
        member_change(call.telegram, chat, call.bot, call.bot, "member", "left"),
        f"chat{chat.id}",
    )
    return True
