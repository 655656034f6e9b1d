"""Polls."""

from typing import Any

from sandbox.markup.formatting import formatted
from sandbox.markup.text import utf16_length
from sandbox.methods.call import MethodCall, answers
from sandbox.methods.editing import own_message
from sandbox.methods.messages import deliver
from sandbox.refusals import Json, bad_request

MOST_OPTIONS = 12
LONGEST_QUESTION = 300
LONGEST_OPTION = 100


@answers("sendPoll")
def send_poll(call: MethodCall) -> Json:
    """A question of up to 300 characters with 1 to 12 answers of up to 100."""
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
    """The poll as it ended."""
    chat, message = own_message(call)
    if "poll" not in message:
        raise bad_request("message with poll to stop not found")
    if message["poll"]["is_closed"]:
        raise bad_request("poll has already been closed")
    closed: Json = message["poll"] | {"is_closed": True}
    call.telegram.edit(chat, message, {"poll": closed, "reply_markup": None}, call.bot)
    return closed
