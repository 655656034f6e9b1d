"""Telegram's answers, word for word, and what each of them means."""

import pytest
from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
)
from aiogram.methods import GetMe
from aiohttp import ClientConnectorError, ServerDisconnectedError

from bot.sending.answers import answer, sort

BAD, NO = "Bad Request: ", "Forbidden: "
GONE = [
    (403, NO + "bot was blocked by the user"),
    (403, NO + "user is deactivated"),
    (403, NO + "bot can't initiate conversation with a user"),
    (403, NO + "the bot can't send messages to the bot"),
    (403, NO + "bot can't send messages to bots"),
    (400, BAD + "private chat not found"),
    *((403, f"{NO}bot was kicked from the {kind} chat") for kind in ("group", "supergroup", "channel")),
    *((403, f"{NO}bot is not a member of the {kind} chat") for kind in ("group", "supergroup", "channel")),
    (403, NO + "the group chat was deleted"),
    (400, BAD + "PEER_ID_INVALID"),
    (400, BAD + "INPUT_USER_DEACTIVATED"),
    (400, BAD + "USER_IS_BLOCKED"),
]
PAUSED = [
    (400, BAD + "CHAT_WRITE_FORBIDDEN"),
    (400, BAD + "have no write access to the chat"),
    (400, BAD + "not enough rights to send text messages to the chat"),
    (400, BAD + "need administrator rights in the channel chat"),
    (400, BAD + "have no rights to send a message"),
    (400, BAD + "CHAT_SEND_PLAIN_FORBIDDEN"),
    (400, BAD + "CHAT_RESTRICTED"),
    (400, BAD + "TOPIC_CLOSED"),
    (400, BAD + "TOPIC_DELETED"),
    (400, BAD + "message thread not found"),
]
LATER = [
    *((429, f"Too Many Requests: retry after {seconds}") for seconds in (1, 35, 2282, 10072)),
    (500, "Internal Server Error: restart"),
]
AMBIGUOUS = [
    (500, "Internal Server Error"),
    (500, "Internal Server Error: sent message was immediately deleted and can't be returned"),
    (502, "Bad Gateway"),
    (503, "Service Unavailable"),
    (504, "Gateway Timeout"),
]
OURS = [
    (400, BAD + 'can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
    (400, BAD + "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    (400, BAD + "can't parse rich message: Unclosed start tag at byte offset 3"),
    (400, BAD + "message text is empty"),
    (400, BAD + "message is too long"),
    (400, BAD + "text must be non-empty"),
    (400, BAD + "reply markup is too long"),
    (400, BAD + "BUTTON_DATA_INVALID"),
    (400, BAD + "BUTTON_URL_INVALID"),
    (400, BAD + "RESULT_ID_DUPLICATE"),
    (400, BAD + "too many inline query results specified"),
    (400, BAD + "wrong HTTP URL specified"),
    (400, BAD + "chat_id is empty"),
    (400, BAD + "ENTITIES_TOO_LONG"),
    (400, BAD + "a text nobody has seen yet"),
    (403, NO + "a reason nobody has seen yet"),
    (413, "Request Entity Too Large"),
    (404, "Not Found: method not found"),
]
BENIGN = [
    (
        400,
        BAD + "message is not modified: specified new message content and reply markup are exactly the same as a"
        " current content and reply markup of the message",
    ),
    (400, BAD + "query is too old and response timeout expired or query ID is invalid"),
    (400, BAD + "message to edit not found"),
    (400, BAD + "message to delete not found"),
    (400, BAD + "message can't be edited"),
    (400, BAD + "message can't be deleted"),
]
STOP = [
    (401, "Unauthorized"),
    (404, "Not Found"),
    (409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
    (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    ),
    (421, "Misdirected Request"),
]
TABLE = [
    *((*one, "gone") for one in GONE),
    *((*one, "paused") for one in PAUSED),
    *((*one, "later") for one in LATER),
    *((*one, "ambiguous") for one in AMBIGUOUS),
    *((*one, "ours") for one in OURS),
    *((*one, "benign") for one in BENIGN),
    *((*one, "stop") for one in STOP),
    (400, BAD + "chat not found", "absent"),
]


def test_the_table_is_long_enough_to_be_worth_its_name():
    assert len(TABLE) >= 60


@pytest.mark.parametrize(("code", "text", "kind"), TABLE)
def test_an_answer_is_sorted(code, text, kind):
    assert sort(code, text).kind == kind


@pytest.mark.parametrize("seconds", [1, 35, 2282, 10072])
def test_a_flood_says_how_long(seconds):
    assert sort(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds).seconds == seconds
    assert sort(429, f"Too Many Requests: retry after {seconds}").seconds == seconds


def test_a_group_that_moved_says_where_to():
    moved = sort(400, BAD + "group chat was upgraded to a supergroup chat", moved_to=-1001)
    assert (moved.kind, moved.moved_to) == ("moved", -1001)


def test_errors_of_the_wire_are_sorted():
    refused = TelegramNetworkError(GetMe(), "ClientConnectorError")
    refused.__cause__ = ClientConnectorError(None, OSError(111, "refused"))
    lost = TelegramNetworkError(GetMe(), "ServerDisconnectedError")
    lost.__cause__ = ServerDisconnectedError()
    html = ClientDecodeError("Failed to decode object", ValueError(), "<html><h1>502 Bad Gateway</h1></html>")
    kinds = [answer(one).kind for one in (refused, lost, html, TimeoutError())]
    assert kinds == ["later", "ambiguous", "ambiguous", "ambiguous"]
    assert answer(RestartingTelegram(GetMe(), "Internal Server Error: restart")).kind == "later"
    flood = answer(TelegramAPIError(GetMe(), "Too Many Requests: retry after 7"))  # without its parameter
    assert (flood.kind, flood.seconds) == ("later", 7)
    assert answer(TelegramBadRequest(GetMe(), BAD + "chat not found")).kind == "absent"
