"""What a bot in a group gets to hear."""

from sandbox.model import Bot, Chat
from sandbox.refusal import Json

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
    """Privacy mode: in groups a bot that is no administrator sees only what is meant for it."""
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
