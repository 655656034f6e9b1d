"""Chats and who is in them."""

from sandbox.call import Call, answers
from sandbox.model import ADMIN_STATUSES, Member
from sandbox.refusal import Json, bad_request


@answers("getChat")
def get_chat(call: Call) -> Json:
    """All there is to know of a chat."""
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
def get_chat_member(call: Call) -> Json:
    """What someone is here."""
    chat = call.chat()
    user = call.number("user_id")
    account = call.telegram.accounts.get(user)
    if account is None:
        raise bad_request("invalid user_id specified")
    if chat.is_private:
        return {"status": "member", "user": account.api()}
    return chat.members.get(user, Member(account, "left")).api()


@answers("getChatAdministrators")
def get_administrators(call: Call) -> list[Json]:
    """The administrators who are not bots of others; the caller itself is among them."""
    chat = call.chat()
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [
        member.api()
        for member in chat.members.values()
        if member.status in ADMIN_STATUSES and (not member.account.is_bot or member.account is call.bot)
    ]


@answers("getChatMemberCount")
def get_member_count(call: Call) -> int:
    """How many are here."""
    chat = call.chat()
    return 2 if chat.is_private else sum(chat.has(member.account) for member in chat.members.values())
