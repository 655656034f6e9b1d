"""Sending, editing and deleting messages, rich messages and their drafts, and polls."""

from functools import partial
from typing import Any

from sandbox.markup.formatting import checked_markup, formatted, keyboard_buttons, message_caption, message_text
from sandbox.markup.rich import checked_rich
from sandbox.markup.text import utf16_length
from sandbox.methods.call import MethodCall, answers, from_input, from_parameter
from sandbox.refusals import NOT_MODIFIED, Json, bad_request
from sandbox.world.model import Account, Chat

# Sending.


@answers("sendMessage")
def send_message(call: MethodCall) -> Json:
    """Sends a text."""
    chat = call.writable_chat()
    content = message_text(call.text("text"), call.text("parse_mode"), call.get("entities"))
    preview = call.get("link_preview_options")
    if not call.allows(chat, "can_add_web_page_previews"):
        preview = {"is_disabled": True}  # accepted silently, and not shown
    if preview:
        content["link_preview_options"] = preview
    return deliver(call, chat, content)


@answers("sendPhoto")
def send_photo(call: MethodCall) -> Json:
    """Sends a picture given by link, by ``file_id`` or as an upload."""
    chat = call.writable_chat()
    call.demand(chat, "can_send_photos", "photos")
    content = {"photo": from_parameter(call, "photo")} | caption(call)
    return deliver(call, chat, content)


def caption(call: MethodCall) -> Json:
    """The caption fields of a message, from the call's parameters."""
    content = message_caption(call.text("caption"), call.text("parse_mode"), call.get("caption_entities"))
    for flag, shown in (("show_caption_above_media", "show_caption_above_media"), ("has_spoiler", "has_media_spoiler")):
        if call.get(flag):
            content[shown] = True
    return content


def deliver(call: MethodCall, chat: Chat, content: Json) -> Json:
    """Posts a message, adding what any message may have: reply, keyboard, topic."""
    extra: Json = {}
    ephemeral = call.get("ephemeral_message_parameters")
    if not ephemeral and (reply := replied(call, chat)):
        extra["reply_to_message"] = reply
    extra |= _topic(call, chat)
    raw = call.get("reply_markup")
    markup = checked_markup(raw)
    if not chat.is_private and any("request_chat" in one for one in keyboard_buttons(raw)):
        raise bad_request("chats can be requested in private chats only")
    if markup:
        extra["reply_markup"] = markup
    elif isinstance(raw, dict) and ("keyboard" in raw or raw.get("remove_keyboard")):
        chat.extra["keyboard"] = raw if "keyboard" in raw else None
        call.telegram.happened("keyboard", chat, {"keyboard": chat.extra["keyboard"]})
    if call.get("protect_content"):
        extra["has_protected_content"] = True
    if ephemeral:
        return call.telegram.post_ephemeral(chat, call.bot, _receiver(call, chat, ephemeral), content, **extra)
    return call.telegram.post(chat, call.bot, content, **extra)


def _topic(call: MethodCall, chat: Chat) -> Json:
    """The topic fields of a message. Refuses a closed topic unless the bot may manage topics."""
    thread = call.number("message_thread_id")
    if not chat.is_forum:
        return {"message_thread_id": thread} if thread else {}
    manages = chat.status(call.bot) == "administrator" and chat.members[call.bot.id].rights.get("can_manage_topics")
    topic = chat.topics.get(thread) if thread else chat.extra.get("general", {})
    if topic is None:
        raise bad_request("message thread not found")
    if topic.get("is_closed") and not manages:
        raise bad_request("TOPIC_CLOSED")
    return {"message_thread_id": thread, "is_topic_message": True} if thread else {}


EPHEMERAL_SECONDS = 15


def _receiver(call: MethodCall, chat: Chat, given: Any) -> Account:
    """The one person who will see the message. They just pressed a button or sent a command that only the bot saw."""
    if chat.type not in ("group", "supergroup"):
        raise bad_request("ephemeral messages can be sent only to groups and supergroups")
    if not isinstance(given, dict) or not isinstance(given.get("receiver_user_id"), int):
        raise bad_request("receiver_user_id is required")
    account = call.telegram.accounts.get(given["receiver_user_id"])
    if account is None or account.is_bot or not chat.has(account):
        raise bad_request("USER_NOT_PARTICIPANT")
    if press_id := given.get("callback_query_id"):
        press = call.telegram.presses.get(str(press_id))
        known = press is not None and press.person is account and press.bot is call.bot
        if press is None or not known or call.telegram.clock.now() - press.pressed_at > EPHEMERAL_SECONDS:
            raise bad_request("QUERY_ID_INVALID")
        return account
    number = (call.get("reply_parameters") or {}).get("ephemeral_message_id")
    command = chat.ephemeral.get(number) if isinstance(number, int) else None
    if command is None or command["from"]["id"] != account.id:
        raise bad_request("EPHEMERAL_MESSAGE_INVALID")
    if call.telegram.clock.now() - command["date"] > EPHEMERAL_SECONDS:
        raise bad_request("EPHEMERAL_MESSAGE_EXPIRED")
    return account


def replied(call: MethodCall, chat: Chat) -> Json | None:
    """The message that this one replies to, without its own ``reply_to_message``; None for no reply."""
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
        # In a forum's topic Telegram ignores the parameter and treats it as false.
        if wanted.get("allow_sending_without_reply") and not (chat.is_forum and call.number("message_thread_id")):
            return None
        raise bad_request("message to be replied not found")
    return {key: value for key, value in message.items() if key != "reply_to_message"}


@answers("sendChatAction")
def send_chat_action(call: MethodCall) -> bool:
    """Shows «typing…» or another action."""
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


# Rich messages and their drafts.


def rich_content(call: MethodCall, given: Any, *, draft: bool = False) -> Json:
    """The content of a rich message."""
    return {"rich_message": checked_rich(given, partial(from_input, call), draft=draft)}


@answers("sendRichMessage")
def send_rich_message(call: MethodCall) -> Json:
    """Sends a rich message."""
    chat = call.writable_chat()
    content = rich_content(call, call.get("rich_message"))
    if _has_picture(content["rich_message"]):
        call.demand(chat, "can_send_photos", "photos")
    return deliver(call, chat, content)


def _has_picture(content: object) -> bool:
    if isinstance(content, dict):
        return "photo" in content or any(map(_has_picture, content.values()))
    return isinstance(content, list) and any(map(_has_picture, content))


@answers("sendRichMessageDraft", "sendMessageDraft")
def send_draft(call: MethodCall) -> bool:
    """Shows a draft for 30 seconds or until the next one, in private chats only."""
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


# Editing and deleting.

_WITHOUT_TEXT: Json = dict.fromkeys(("text", "entities", "rich_message", "link_preview_options"))
_MEDIA = ("photo", "video", "animation", "audio", "document", "voice")


@answers("editMessageText")
def edit_text(call: MethodCall) -> Json | bool:
    """Sets a new text and keyboard; without a keyboard the old one goes."""
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


@answers("editEphemeralMessageText", "editEphemeralMessageReplyMarkup")
def edit_ephemeral(call: MethodCall) -> bool:
    """Changes the text or only the keyboard of a message that one person sees."""
    chat, message = _ephemeral(call, "edit")
    content = _WITHOUT_TEXT | _new_content(call) if call.method == "editEphemeralMessageText" else {}
    content = call.telegram.known_mentions(content) | {"reply_markup": checked_markup(call.get("reply_markup"))}
    if all(message.get(key) == value for key, value in content.items()):
        raise bad_request(NOT_MODIFIED)
    call.telegram.edit_ephemeral(chat, message, content)
    return True


@answers("deleteEphemeralMessage")
def delete_ephemeral(call: MethodCall) -> bool:
    """Deletes a message that one person sees."""
    chat, message = _ephemeral(call, "delete")
    number = message["ephemeral_message_id"]
    del chat.ephemeral[number]
    person = call.telegram.accounts[call.number("receiver_user_id")]
    call.telegram.happened("delete", chat, {"message_id": 0, "ephemeral_message_id": number}, [person])
    return True


def _ephemeral(call: MethodCall, verb: str) -> tuple[Chat, Json]:
    chat = call.writable_chat()
    message = chat.ephemeral.get(call.number("ephemeral_message_id"))
    if message is None or message["from"]["id"] != call.bot.id:
        raise bad_request(f"message to {verb} not found")
    if message["receiver_user"]["id"] != call.number("receiver_user_id"):
        raise bad_request(f"message to {verb} not found")
    return chat, message


@answers("editMessageCaption")
def edit_caption(call: MethodCall) -> Json | bool:
    """Sets a new caption."""
    chat, message = own_message(call)
    content = message_caption(call.text("caption"), call.text("parse_mode"), call.get("caption_entities"))
    if not any(kind in message for kind in _MEDIA):
        raise bad_request("there is no caption in the message to edit")
    return change(call, chat, message, {"caption": None, "caption_entities": None} | content)


@answers("editMessageReplyMarkup")
def edit_markup(call: MethodCall) -> Json | bool:
    """Sets another keyboard, or none."""
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
    others = chat.type == "channel" and chat.members[call.bot.id].rights.get("can_edit_messages", False)
    if not (others or _wrote(call, chat, message)) or message.get("via_bot"):
        raise bad_request("message can't be edited")
    return chat, message


def _wrote(call: MethodCall, chat: Chat, message: Json) -> bool:
    """Whether the bot itself sent the message. Messages in a channel show no author, so it is looked up."""
    author = message.get("from", {}).get("id") or chat.extra.get("authors", {}).get(message["message_id"])
    return bool(author == call.bot.id)


def change(call: MethodCall, chat: Chat, message: Json, content: Json) -> Json | bool:
    """Changes the message, or refuses when nothing would change."""
    content = call.telegram.known_mentions(content) | {"reply_markup": checked_markup(call.get("reply_markup"))}
    if all(message.get(key) == value for key, value in content.items()):
        raise bad_request(NOT_MODIFIED)
    fresh = call.telegram.edit(chat, message, content, call.bot)
    return True if call.text("inline_message_id") else fresh


@answers("deleteMessage")
def delete_message(call: MethodCall) -> bool:
    """Deletes one message."""
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
    """Refuses unless the bot may delete the message.

    For 48 hours it may delete its own and, in private chats, the person's. Others' need the right.
    """
    own = _wrote(call, chat, message)
    member = chat.members.get(call.bot.id)
    right = member is not None and member.rights.get("can_delete_messages", False)
    if not (own or chat.is_private or right):
        raise bad_request("message can't be deleted")
    if call.telegram.now - message["date"] > 48 * 3600 and not right:
        raise bad_request("message can't be deleted for everyone")


# Polls.

MOST_OPTIONS = 12
LONGEST_QUESTION = 300
LONGEST_OPTION = 100


@answers("sendPoll")
def send_poll(call: MethodCall) -> Json:
    """Sends a poll: a question of up to 300 characters with 1 to 12 options of up to 100."""
    chat = call.writable_chat()
    question, marks = formatted(call.text("question"), call.text("question_parse_mode"), call.get("question_entities"))
    if not 1 <= utf16_length(question) <= LONGEST_QUESTION:
        raise bad_request(
            "poll question must be non-empty" if not question else "poll question length must not exceed 300"
        )
    options = call.get("options")
    if not isinstance(options, list) or not options:
        raise bad_request("poll must have at least 1 option")
    if len(options) > MOST_OPTIONS:
        raise bad_request(f"poll can't have more than {MOST_OPTIONS} options")
    kind = call.text("type") or "regular"
    if kind not in {"regular", "quiz"}:
        raise bad_request("unsupported poll type specified")
    anonymous = call.get("is_anonymous")
    poll: Json = {
        "id": str(call.telegram.number() + 10**15),
        "question": question,
        "options": [_option(number, option) for number, option in enumerate(options)],
        "total_voter_count": 0,
        "is_closed": bool(call.get("is_closed")),
        "is_anonymous": True if anonymous is None else bool(anonymous),
        "type": kind,
        "allows_multiple_answers": bool(call.get("allows_multiple_answers")),
        "allows_revoting": bool(call.get("allows_revoting")),
        "members_only": bool(call.get("members_only")),
    }
    return deliver(call, chat, {"poll": poll | ({"question_entities": marks} if marks else {})})


def _option(number: int, given: Any) -> Json:
    text, marks = formatted(
        given if isinstance(given, str) else given["text"],
        "" if isinstance(given, str) else given.get("text_parse_mode", ""),
    )
    if not 1 <= utf16_length(text) <= LONGEST_OPTION:
        raise bad_request("poll options must be non-empty" if not text else "poll options length must not exceed 100")
    option: Json = {"persistent_id": str(number), "text": text, "voter_count": 0}
    return option | ({"text_entities": marks} if marks else {})


@answers("stopPoll")
def stop_poll(call: MethodCall) -> Json:
    """Closes a poll and gives its final state."""
    chat, message = own_message(call)
    if "poll" not in message:
        raise bad_request("message with poll to stop not found")
    if message["poll"]["is_closed"]:
        raise bad_request("poll has already been closed")
    closed: Json = message["poll"] | {"is_closed": True}
    call.telegram.edit(chat, message, {"poll": closed, "reply_markup": None}, call.bot)
    return closed
