"""Sending."""

from sandbox.call import Call, answers
from sandbox.formatting import message_caption, message_text
from sandbox.keyboards import checked_markup
from sandbox.model import Chat
from sandbox.refusal import Json, bad_request
from sandbox.uploads import from_parameter


@answers("sendMessage")
def send_message(call: Call) -> Json:
    """Text."""
    chat = call.writable_chat()
    content = message_text(call.text("text"), call.text("parse_mode"), call.get("entities"))
    if preview := call.get("link_preview_options"):
        content["link_preview_options"] = preview
    return deliver(call, chat, content)


@answers("sendPhoto")
def send_photo(call: Call) -> Json:
    """A picture by link, by ``file_id`` or uploaded."""
    chat = call.writable_chat()
    content = {"photo": from_parameter(call, "photo")} | caption(call)
    return deliver(call, chat, content)


def caption(call: Call) -> Json:
    """What the caption parameters say."""
    content = message_caption(call.text("caption"), call.text("parse_mode"), call.get("caption_entities"))
    for flag, shown in (("show_caption_above_media", "show_caption_above_media"), ("has_spoiler", "has_media_spoiler")):
        if call.get(flag):
            content[shown] = True
    return content


def deliver(call: Call, chat: Chat, content: Json) -> Json:
    """Adds what any message may have (reply, keyboard, topic) and posts it."""
    extra: Json = {}
    if reply := replied(call, chat):
        extra["reply_to_message"] = reply
    if thread := call.number("message_thread_id"):
        if chat.is_forum and thread not in chat.topics:
            raise bad_request("message thread not found")
        if chat.is_forum and chat.topics[thread].get("is_closed") and chat.status(call.bot) != "administrator":
            raise bad_request("TOPIC_CLOSED")
        extra |= {"message_thread_id": thread, "is_topic_message": True}
    raw = call.get("reply_markup")
    markup = checked_markup(raw)
    if markup:
        extra["reply_markup"] = markup
    elif isinstance(raw, dict) and ("keyboard" in raw or raw.get("remove_keyboard")):
        chat.extra["keyboard"] = raw if "keyboard" in raw else None
        call.telegram.happened("keyboard", chat, {"keyboard": chat.extra["keyboard"]})
    if call.get("protect_content"):
        extra["has_protected_content"] = True
    return call.telegram.post(chat, call.bot, content, **extra)


def replied(call: Call, chat: Chat) -> Json | None:
    """The message this one answers, without the one that it answered itself."""
    wanted = call.get("reply_parameters")
    if not isinstance(wanted, dict):
        number = call.number("reply_to_message_id")
        wanted = {"message_id": number} if number else {}
        if call.get("allow_sending_without_reply"):
            wanted["allow_sending_without_reply"] = True
    if not wanted:
        return None
    message = chat.messages.get(int(wanted.get("message_id") or 0))
    if message is None:
        if wanted.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")
    return {key: value for key, value in message.items() if key != "reply_to_message"}


@answers("sendChatAction")
def send_chat_action(call: Call) -> bool:
    """«typing…» and its kin."""
    chat = call.writable_chat()
    action = call.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.telegram.happened("typing", chat, {"action": action})
    return True


ACTIONS = frozenset(
    (
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    )
)
