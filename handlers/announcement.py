"""What an administrator sends to all readers: read from their message, kept as JSON, made into a request again."""

import json
from collections.abc import Sequence
from typing import Any

from aiogram.methods import CopyMessage, SendMessage
from aiogram.types import Message, MessageEntity

from handlers.views.screen import utf16_length


def content_of(command: Message) -> str | None:
    """What /broadcast asks to send, as JSON: the message it answers, else the words after it, formatting kept.

    None where there is neither.
    """
    source = command.reply_to_message
    if source is not None and source.text is not None:
        return _words(source.text, source.entities)
    if source is not None:
        return json.dumps({"copy": source.message_id})
    words, entities = after_command(
        command.text or command.caption or "", command.entities or command.caption_entities or ()
    )
    if command.text is None:
        return json.dumps({"copy": command.message_id, "caption": words, "entities": _plain(entities)})
    return _words(words, entities) if words else None


def after_command(text: str, entities: Sequence[MessageEntity]) -> tuple[str, list[MessageEntity]]:
    """A text without its first word, and the formatting of what remains."""
    words = text.split(maxsplit=1)
    rest = words[1].rstrip() if len(words) > 1 else ""
    start, end = utf16_length(text[: text.find(rest)]), utf16_length(rest)
    kept = []
    for one in entities:
        since, until = max(one.offset - start, 0), min(one.offset + one.length - start, end)
        if since < until:
            kept.append(one.model_copy(update={"offset": since, "length": until - since}))
    return rest, kept


def sending(content: str, chat_id: int, home: int) -> SendMessage | CopyMessage:
    """The request that sends it to a chat; what is copied lies in the chat `home`."""
    given = json.loads(content)
    entities = [MessageEntity(**one) for one in given.get("entities", ())]
    if "copy" not in given:
        return SendMessage(chat_id=chat_id, text=given["text"], entities=entities, parse_mode=None)
    method = CopyMessage(chat_id=chat_id, from_chat_id=home, message_id=given["copy"], parse_mode=None)
    if "caption" in given:
        return method.model_copy(update={"caption": given["caption"], "caption_entities": entities})
    return method


def _words(text: str, entities: Sequence[MessageEntity] | None) -> str:
    return json.dumps({"text": text, "entities": _plain(entities or ())}, ensure_ascii=False)


def _plain(entities: Sequence[MessageEntity]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json", exclude_none=True) for one in entities]
