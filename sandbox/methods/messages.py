"""Sending: messages, and rich messages with drafts that grow before the eyes."""

from functools import partial
from typing import Any

from sandbox.markup.formatting import message_caption, message_text
from sandbox.markup.keyboards import checked_markup
from sandbox.markup.rich import checked_rich
from sandbox.methods.call import MethodCall, answers
from sandbox.methods.uploads import from_input, from_parameter
from sandbox.refusals import Json, bad_request
from sandbox.world.model import Chat

# Sending.


@answers("sendMessage")
def send_message(call: MethodCall) -> Json:
    """Text."""
    chat = call.writable_chat()
    content = message_text(call.text("text"), call.text("parse_mode"), call.get("entities"))
    if preview := call.get("link_preview_options"):
        content["link_preview_options"] = preview
    return deliver(call, chat, content)


@answers("sendPhoto")
def send_photo(call: MethodCall) -> Json:
    """A picture by link, by ``file_id`` or uploaded."""
    chat = call.writable_chat()
    content = {"photo": from_parameter(call, "photo")} | caption(call)
    return deliver(call, chat, content)


def caption(call: MethodCall) -> Json:
    """What the caption parameters say."""
    content = message_caption(call.text("caption"), call.text("parse_mode"), call.get("caption_entities"))
    for flag, shown in (("show_caption_above_media", "show_caption_above_media"), ("has_spoiler", "has_media_spoiler")):
        if call.get(flag):
            content[shown] = True
    return content


def deliver(call: MethodCall, chat: Chat, content: Json) -> Json:
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


def replied(call: MethodCall, chat: Chat) -> Json | None:
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
def send_chat_action(call: MethodCall) -> bool:
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


# Rich messages: sending, and drafts that grow before the eyes.


def rich_content(call: MethodCall, given: Any, *, draft: bool = False) -> Json:
    """The content of a rich message."""
    return {"rich_message": checked_rich(given, partial(from_input, call), draft=draft)}


@answers("sendRichMessage")
def send_rich_message(call: MethodCall) -> Json:
    """A rich message."""
    chat = call.writable_chat()
    return deliver(call, chat, rich_content(call, call.get("rich_message")))


@answers("sendRichMessageDraft", "sendMessageDraft")
def send_draft(call: MethodCall) -> bool:
    """A draft people see for 30 seconds, or until the next one; private chats only."""
    chat = call.writable_chat()
    if not chat.is_private:
        raise bad_request("method is available in private chats only")
    if not call.number("draft_id"):
        raise bad_request("RANDOM_ID_INVALID")
    content: Json = {"draft_id": call.number("draft_id")}
    if call.method == "sendRichMessageDraft":
        content |= rich_content(call, call.get("rich_message"), draft=True)
    else:
        content["text"] = call.text("text")
    call.telegram.happened("draft", chat, content)
    return True
