"""A chat's title, pinned messages and topics."""

from sandbox.call import Call, answers
from sandbox.model import Chat
from sandbox.refusal import Json, bad_request


def _may(call: Call, chat: Chat, right: str) -> bool:
    member = chat.members.get(call.bot.id)
    return chat.is_private or (member is not None and member.rights.get(right, False))


@answers("setChatTitle")
def set_title(call: Call) -> bool:
    """1 to 128 characters."""
    chat, title = call.chat(), call.text("title").strip()
    if not 1 <= len(title) <= 128:
        raise bad_request("CHAT_TITLE_EMPTY" if not title else "CHAT_TITLE_TOO_LONG")
    if not _may(call, chat, "can_change_info") or chat.is_private:
        raise bad_request("not enough rights to change chat title")
    chat.title = title
    call.telegram.post(chat, call.bot, {"new_chat_title": title})
    return True


@answers("setChatDescription")
def set_description(call: Call) -> bool:
    """Up to 255 characters."""
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
def pin(call: Call) -> bool:
    """To the top of the chat."""
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
def unpin(call: Call) -> bool:
    """One message (the newest pinned when none is named), or all."""
    chat = _pinnable(call)
    if call.method == "unpinAllChatMessages":
        chat.pinned.clear()
        return True
    number = call.number("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    return True


def _pinnable(call: Call) -> Chat:
    chat = call.writable_chat()
    right = "can_edit_messages" if chat.type == "channel" else "can_pin_messages"
    if not _may(call, chat, right):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def _forum(call: Call) -> Chat:
    chat = call.writable_chat()
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not _may(call, chat, "can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    return chat


def _topic(call: Call, chat: Chat) -> Json:
    topic = chat.topics.get(call.number("message_thread_id"))
    if topic is None:
        raise bad_request("message thread not found")
    return topic


@answers("createForumTopic")
def create_topic(call: Call) -> Json:
    """A new topic, its name 1 to 128 characters."""
    chat, name = _forum(call), call.text("name").strip()
    if not 1 <= len(name) <= 128:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_TOO_LONG")
    thread = call.telegram.open_topic(chat, call.bot, name, call.number("icon_color") or 7322096)
    return {key: value for key, value in chat.topics[thread].items() if key != "is_closed"}


@answers("editForumTopic")
def edit_topic(call: Call) -> bool:
    """Another name."""
    chat = _forum(call)
    topic, name = _topic(call, chat), call.text("name")
    if not name or name == topic["name"]:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic["name"] = name
    return True


@answers("closeForumTopic", "reopenForumTopic")
def close_topic(call: Call) -> bool:
    """For members; administrators still write there."""
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
def delete_topic(call: Call) -> bool:
    """With all that was said in it."""
    chat = _forum(call)
    thread = _topic(call, chat)["message_thread_id"]
    del chat.topics[thread]
    for number, message in list(chat.messages.items()):
        if message.get("message_thread_id") == thread:
            call.telegram.delete(chat, number)
    return True
