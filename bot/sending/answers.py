"""What Telegram's answer to a send means.

The texts are those of its server (github.com/tdlib/telegram-bot-api, Client.cpp). It lower-cases some of them and turns
`403 CHAT_WRITE_FORBIDDEN` into a 400, so the text is read too and not only the number.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from aiogram.exceptions import (
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientSSLError,
)

AnswerKind = Literal["later", "gone", "absent", "paused", "moved", "ours", "benign", "stop", "ambiguous"]


@dataclass(frozen=True, slots=True)
class SendAnswer:
    """Why a message was not accepted, or may have been.

    later: certainly not sent, wait `seconds`. gone: the chat has removed or blocked us. absent: this token does not
    know the chat, which is also so for a wrong token. paused: we may not write there now. moved: the group's id is now
    `moved_to`. ours: our mistake, certainly not sent. benign: nothing to do. stop: the token is refused or used by
    another program. ambiguous: nobody knows whether it was sent.
    """

    kind: AnswerKind
    text: str
    seconds: float = 0
    moved_to: int | None = None


_GONE: Final = (
    "bot was blocked by the user",
    "user is deactivated",
    "bot can't initiate conversation with a user",
    "the bot can't send messages to the bot",
    "bot can't send messages to bots",
    "private chat not found",
    "bot was kicked from the",
    "bot is not a member of the",
    "the group chat was deleted",
    "group chat was deactivated",
    "PEER_ID_INVALID",
    "INPUT_USER_DEACTIVATED",
    "USER_IS_BLOCKED",
)
_ABSENT: Final = ("chat not found",)
_PAUSED: Final = (
    "CHAT_WRITE_FORBIDDEN",
    "have no write access to the chat",
    "not enough rights",
    "need administrator rights in the channel chat",
    "have no rights to send a message",
    "CHAT_SEND_PLAIN_FORBIDDEN",
    "CHAT_RESTRICTED",
    "_FORBIDDEN",
    "have no rights to send",
    "TOPIC_CLOSED",
    "TOPIC_DELETED",
    "message thread not found",
)
_CLOSED: Final = ("TOPIC_CLOSED", "TOPIC_DELETED", "message thread not found")
_NO_TEXT: Final = (*_CLOSED, "CHAT_WRITE_FORBIDDEN", "write access", "send text messages", "CHAT_SEND_PLAIN_FORBIDDEN")


def allows_less(text: str) -> bool:
    """Whether a chat that refused a message with this answer may accept plain text."""
    return not any(one.casefold() in text.casefold() for one in _NO_TEXT)


def topic_trouble(text: str) -> Literal["closed", "deleted"] | None:
    """Whether the answer says that a forum's topic is closed or deleted; None if neither."""
    if not any(one.casefold() in text.casefold() for one in _CLOSED):
        return None
    return "closed" if "TOPIC_CLOSED" in text else "deleted"


_BENIGN: Final = (
    "message is not modified",
    "query is too old and response timeout expired or query ID is invalid",
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message can't be deleted",
    "MESSAGE_ID_INVALID",
)
_STOP: Final = frozenset({401, 404, 409, 421})


def sort(code: int, text: str, *, retry_after: float = 0, moved_to: int | None = None) -> SendAnswer:
    """Classify an answer of Telegram (JSON with `ok: false`) by its number, text and parameters."""
    if moved_to is not None or "group chat was upgraded to a supergroup chat" in text:
        return SendAnswer("moved" if moved_to is not None else "paused", text, moved_to=moved_to)
    if code == 429 or retry_after:
        told = re.search(r"retry after (\d+)", text)
        return SendAnswer("later", text, max(retry_after, float(told[1]) if told else 1.0))
    if (
        code in _STOP and "method not found" not in text
    ):  # an older Bot API server does not know the method: our mistake
        return SendAnswer("stop", text, 30)
    if code >= 500:
        # Telegram says «restart» before it does anything; other 5xx may come after the message was sent.
        return SendAnswer("later", text, 3) if "restart" in text else SendAnswer("ambiguous", text)
    lists: tuple[tuple[AnswerKind, tuple[str, ...]], ...] = (
        ("gone", _GONE),
        ("absent", _ABSENT),
        ("paused", _PAUSED),
        ("benign", _BENIGN),
    )
    for kind, texts in lists:
        if any(one.casefold() in text.casefold() for one in texts):
            return SendAnswer(kind, text)
    # An unknown text is ours to look at, and no reason to give up a reader.
    return SendAnswer("ours", text)


TROUBLE: Final = (TelegramAPIError, ClientDecodeError, OSError)
"""All that a request to Telegram may raise: refusals, a proxy's page instead of an answer, network errors."""


def in_words(error: Exception) -> str:
    """Why a request to Telegram failed, for an operator: Telegram's words if it answered, never an address or token."""
    if isinstance(error, TelegramNetworkError):
        return _of_the_wire(error.__cause__)
    if isinstance(error, ClientDecodeError):
        return "what answers there is no Bot API server"
    if isinstance(error, TelegramAPIError):
        return f"Telegram says: {error.message}"
    return _of_the_wire(error)


def _of_the_wire(cause: BaseException | None) -> str:
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(cause, ClientConnectorDNSError):
        return "its name is not known: is there a network, is the address right?"
    if isinstance(cause, ClientConnectorCertificateError | ClientSSLError):
        return "its certificate comes from no authority that is known here; SSL_CERT_FILE names your own"
    os_error = cause.os_error if isinstance(cause, ClientConnectorError) else cause
    if isinstance(os_error, OSError):
        return f"no connection ({os_error.strerror or type(os_error).__name__})"
    return f"the connection broke ({type(cause).__name__})"


_CODES: Final[tuple[tuple[type[TelegramAPIError], int], ...]] = (
    (TelegramBadRequest, 400),
    (TelegramUnauthorizedError, 401),
    (TelegramForbiddenError, 403),
    (TelegramNotFound, 404),
    (TelegramConflictError, 409),
    (TelegramEntityTooLarge, 413),
    (RestartingTelegram, 500),
    (TelegramServerError, 500),
)


def answer(error: Exception) -> SendAnswer:
    """Classify what aiogram raised for a send."""
    if isinstance(error, TelegramRetryAfter):
        return sort(429, error.message, retry_after=error.retry_after)
    if isinstance(error, TelegramMigrateToChat):
        return sort(400, error.message, moved_to=error.migrate_to_chat_id)
    if isinstance(error, TelegramNetworkError):
        if isinstance(error.__cause__, ClientConnectorError):
            return SendAnswer("later", "no connection", 1)  # no socket was opened
        return SendAnswer("ambiguous", "the reply was lost")
    if isinstance(error, ClientDecodeError):
        return SendAnswer("ambiguous", "the reply was not Telegram's")  # a proxy's HTML page, or half a body
    for kind, code in _CODES:
        if isinstance(error, kind):
            return sort(code, error.message)
    if isinstance(error, TelegramAPIError):
        text = error.message.casefold()
        return sort(429 if "too many requests" in text else 421 if "misdirected" in text else 400, error.message)
    return SendAnswer("ambiguous", type(error).__name__)
