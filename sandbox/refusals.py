"""Refusals: the server's error answers, and by short names all those that a bot must be able to handle."""

from collections.abc import Mapping
from typing import Any

# The type of a refusal.

Json = dict[str, Any]
"""A JSON object of the Bot API; its fields are those of sandbox/bot-api.json."""


class Refusal(Exception):  # noqa: N818 - it is an answer, not an accident
    """An answer with ``ok: false``; ``description`` is in Telegram's own words."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> Json:
        """The JSON body of the response."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(text: str, **parameters: int) -> Refusal:
    """A 400; ``text`` without its prefix."""
    return Refusal(400, f"Bad Request: {text}", dict(parameters) or None)


def forbidden(text: str) -> Refusal:
    """A 403; ``text`` without its prefix."""
    return Refusal(403, f"Forbidden: {text}")


# Every refusal that a bot must be able to handle, by a short name. The texts are those of Telegram's server.

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_TEXTS: Mapping[str, tuple[int, str]] = {
    # the person is gone
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "not_started": (403, "Forbidden: bot can't initiate conversation with a user"),
    "is_a_bot": (403, "Forbidden: the bot can't send messages to the bot"),
    "private_chat_not_found": (400, "Bad Request: private chat not found"),
    "chat_not_found": (400, "Bad Request: chat not found"),
    # the group is gone
    "kicked_group": (403, "Forbidden: bot was kicked from the group chat"),
    "kicked_supergroup": (403, "Forbidden: bot was kicked from the supergroup chat"),
    "kicked_channel": (403, "Forbidden: bot was kicked from the channel chat"),
    "not_a_member_group": (403, "Forbidden: bot is not a member of the group chat"),
    "not_a_member_supergroup": (403, "Forbidden: bot is not a member of the supergroup chat"),
    "not_a_member_channel": (403, "Forbidden: bot is not a member of the channel chat"),
    "group_deleted": (403, "Forbidden: the group chat was deleted"),
    # until rights change
    "write_forbidden": (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
    "no_write_access": (400, "Bad Request: have no write access to the chat"),
    "not_enough_rights": (400, "Bad Request: not enough rights to send text messages to the chat"),
    "topic_closed": (400, "Bad Request: TOPIC_CLOSED"),
    "topic_not_found": (400, "Bad Request: message thread not found"),
    # the group has another id now
    "migrated": (400, "Bad Request: group chat was upgraded to a supergroup chat"),
    # later
    "flood": (429, "Too Many Requests: retry after {seconds}"),
    "restart": (500, "Internal Server Error: restart"),
    "internal": (500, "Internal Server Error"),
    # our own mistakes
    "entities": (400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
    "empty": (400, "Bad Request: message text is empty"),
    "too_long": (400, "Bad Request: message is too long"),
    "markup_too_long": (400, "Bad Request: reply markup is too long"),
    "button_data": (400, "Bad Request: BUTTON_DATA_INVALID"),
    "button_url": (400, "Bad Request: BUTTON_URL_INVALID"),
    "result_id": (400, "Bad Request: RESULT_ID_DUPLICATE"),
    "too_many_results": (400, "Bad Request: too many inline query results specified"),
    "wrong_url": (400, "Bad Request: wrong HTTP URL specified"),
    "chat_id_empty": (400, "Bad Request: chat_id is empty"),
    # nothing to worry about
    "not_modified": (
        400,
        f"Bad Request: {NOT_MODIFIED}",
    ),
    "picture_not_fetched": (400, "Bad Request: failed to get HTTP URL content"),
    "photos_forbidden": (400, "Bad Request: not enough rights to send photos to the chat"),
    "rich_forbidden": (400, "Bad Request: not enough rights to send rich messages to the chat"),
    "participant_invalid": (400, "Bad Request: PARTICIPANT_ID_INVALID"),
    "too_old": (400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
    "edit_not_found": (400, "Bad Request: message to edit not found"),
    "delete_not_found": (400, "Bad Request: message to delete not found"),
    # stop everything
    "unauthorized": (401, "Unauthorized"),
    "not_found": (404, "Not Found"),
    "method_not_found": (404, "Not Found: method not found"),
    "conflict": (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ),
    "conflict_webhook": (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    ),
    "misdirected": (421, "Misdirected Request"),
}
REFUSALS = frozenset(_TEXTS)


def refusal(name: str, *, seconds: int = 1, migrated_to: int = 0) -> Refusal:
    """The refusal with that name. Raises KeyError when there is none."""
    code, text = _TEXTS[name]
    parameters = {}
    if name == "flood":
        parameters["retry_after"] = seconds
    if name == "migrated":
        parameters["migrate_to_chat_id"] = migrated_to or -1_000_000_000_999
    return Refusal(code, text.format(seconds=seconds), parameters or None)
