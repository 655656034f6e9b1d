"""Changing and deleting what was sent."""

from sandbox.markup.formatting import message_caption, message_text
from sandbox.markup.keyboards import checked_markup
from sandbox.methods.call import MethodCall, answers
from sandbox.methods.messages import rich_content
from sandbox.refusals import NOT_MODIFIED, Json, bad_request
from sandbox.world.model import Chat

_WITHOUT_TEXT: Json = dict.fromkeys(("text", "entities", "rich_message", "link_preview_options"))
_MEDIA = ("photo", "video", "animation", "audio", "document", "voice")


@answers("editMessageText")
def edit_text(call: MethodCall) -> Json | bool:
    """A new text, and the keyboard given with it (none given: none stays)."""
    content = _new_content(call)
    chat, message = own_message(call)
    if any(kind in message for kind in _MEDIA):
        raise bad_request("there is no text in the message to edit")
    return change(call, chat, message, _WITHOUT_TEXT | content)


def _new_content(call: MethodCall) -> Json:
    if call.get("rich_message") is not None:
        return rich_content(call, call.get("rich_message"))
    content = message_text(call.text("text"), call.text("parse_mode"), call.get("entities"))
    return content | {"link_preview_options": call.get("link_preview_options")}


@answers("editMessageCaption")
def edit_caption(call: MethodCall) -> Json | bool:
    """A new caption."""
    chat, message = own_message(call)
    content = message_caption(call.text("caption"), call.text("parse_mode"), call.get("caption_entities"))
    if not any(kind in message for kind in _MEDIA):
        raise bad_request("there is no caption in the message to edit")
    return change(call, chat, message, {"caption": None, "caption_entities": None} | content)


@answers("editMessageReplyMarkup")
def edit_markup(call: MethodCall) -> Json | bool:
    """Another keyboard, or none."""
    chat, message = own_message(call)
    return change(call, chat, message, {})


def own_message(call: MethodCall, verb: str = "edit") -> tuple[Chat, Json]:
    """The bot's own message that the parameters name."""
    if inline := call.text("inline_message_id"):
        if inline not in call.telegram.sent_inline:
            raise bad_request("MESSAGE_ID_INVALID")
        chat, number = call.telegram.sent_inline[inline]
        if number not in chat.messages:
            raise bad_request("MESSAGE_ID_INVALID")
        return chat, chat.messages[number]
    chat = call.writable_chat()
    message = chat.messages.get(call.number("message_id"))
    if not call.number("message_id"):
        raise bad_request("message identifier is not specified")
    if message is None:
        raise bad_request(f"message to {verb} not found")
    author = message.get("from", {}).get("id") if chat.type != "channel" else call.bot.id
    if author != call.bot.id or message.get("via_bot"):
        raise bad_request("message can't be edited")
    return chat, message


def change(call: MethodCall, chat: Chat, message: Json, content: Json) -> Json | bool:
    """Changes the message, or refuses when nothing would change."""
    content = call.telegram.known_mentions(content) | {"reply_markup": checked_markup(call.get("reply_markup"))}
    if all(message.get(key) == value for key, value in content.items()):
        raise bad_request(NOT_MODIFIED)
    fresh = call.telegram.edit(chat, message, content, call.bot)
    return True if call.text("inline_message_id") else fresh


@answers("deleteMessage")
def delete_message(call: MethodCall) -> bool:
    """Takes one message away."""
    chat = call.chat()
    number = call.number("message_id")
    if not number:
        raise bad_request("message identifier is not specified")
    if number not in chat.messages:
        raise bad_request("message to delete not found")
    check_deletable(call, chat, chat.messages[number])
    call.telegram.delete(chat, number)
    return True


@answers("deleteMessages")
def delete_messages(call: MethodCall) -> bool:
    """Deletes up to 100 messages; missing ones are ignored."""
    chat = call.chat()
    numbers = call.get("message_ids")
    if not isinstance(numbers, list) or not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > 100:
        raise bad_request("too many message identifiers specified")
    for number in numbers:
        if number in chat.messages:
            check_deletable(call, chat, chat.messages[number])
            call.telegram.delete(chat, number)
    return True


def check_deletable(call: MethodCall, chat: Chat, message: Json) -> None:
    """A bot deletes for 48 hours: its own and, in private, the person's; others' with the right."""
    own = message.get("from", {}).get("id") == call.bot.id
    member = chat.members.get(call.bot.id)
    right = member is not None and member.rights.get("can_delete_messages", False)
    if not (own or chat.is_private or right):
        raise bad_request("message can't be deleted")
    if call.telegram.now - message["date"] > 48 * 3600 and not right:
        raise bad_request("message can't be deleted for everyone")
