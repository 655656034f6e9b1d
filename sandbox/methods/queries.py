"""Fetching updates, and answering pressed buttons and inline queries."""

import re
from urllib.parse import urlsplit

from sandbox.markup.formatting import checked_markup, message_caption, message_text
from sandbox.markup.text import checked_link, utf16_length
from sandbox.methods.call import MethodCall, answers, photo_sizes
from sandbox.methods.messages import rich_content
from sandbox.refusals import Json, bad_request

# Fetching updates.

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@answers("getUpdates")
async def get_updates(call: MethodCall) -> list[Json]:
    """Waits for updates (long polling)."""
    updates = call.telegram.updates[call.bot.id]
    updates.allow(_kinds(call))
    return await updates.poll(call.number("offset"), call.number("limit"), call.number("timeout"))


def _kinds(call: MethodCall) -> list[str] | None:
    kinds = call.get("allowed_updates")
    if kinds is None:
        return None
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise bad_request("can't parse allowed updates list: expected an Array of String")
    return kinds


@answers("setWebhook")
def set_webhook(call: MethodCall) -> bool:
    """Sends updates to this address from now on; plain http is accepted for loopback addresses only."""
    url = call.text("url")
    if not url:
        return _stop_webhook(call)
    parts = urlsplit(url)
    local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme != "https" and not local:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not local and (parts.port or 443) not in {80, 88, 443, 8443}:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    secret = call.text("secret_token")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    updates = call.telegram.updates[call.bot.id]
    updates.allow(_kinds(call))
    if call.get("drop_pending_updates"):
        updates.drop()
    connections = call.get("max_connections") or 40
    if not 1 <= connections <= 100:
        connections = 40
    updates.set_webhook(url, secret, connections)
    return True


@answers("deleteWebhook")
def delete_webhook(call: MethodCall) -> bool:
    """Removes the webhook; updates wait for polling again."""
    return _stop_webhook(call)


def _stop_webhook(call: MethodCall) -> bool:
    updates = call.telegram.updates[call.bot.id]
    if call.get("drop_pending_updates"):
        updates.drop()
    updates.set_webhook("", "", 40)
    return True


@answers("getWebhookInfo")
def get_webhook_info(call: MethodCall) -> Json:
    """A ``WebhookInfo``: the address, how many updates wait, the last failure."""
    return call.telegram.updates[call.bot.id].info()


@answers("logOut", "close")
def leave_server(_call: MethodCall) -> bool:
    """The bot may move to another server; nothing to do here."""
    return True


TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
CALLBACK_LIFETIME = 150
INLINE_LIFETIME = 30
MOST_RESULTS = 50


@answers("answerCallbackQuery")
def answer_callback(call: MethodCall) -> bool:
    """Shows a toast or alert. A press is answered once, and only while it is fresh."""
    telegram = call.telegram
    press = telegram.presses.get(call.text("callback_query_id"))
    late = press is not None and telegram.clock.now() - press.pressed_at > CALLBACK_LIFETIME
    if press is None or press.bot is not call.bot or press.answer is not None or late:
        raise bad_request(TOO_OLD)
    if utf16_length(call.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if (url := call.text("url")) and checked_link(url) is None:
        raise bad_request("URL_INVALID")
    press.answer = {"text": call.text("text"), "show_alert": bool(call.get("show_alert")), "url": url}
    telegram.happened("toast", None, {"callback_query_id": press.id, **press.answer}, [press.person])
    return True


@answers("answerInlineQuery")
def answer_inline(call: MethodCall) -> bool:
    """Shows results for an inline query. It is answered once, and only while it is fresh."""
    telegram = call.telegram
    results = call.get("results")
    if not isinstance(results, list):
        raise bad_request("expected an Array of InlineQueryResult")
    if len(results) > MOST_RESULTS:
        raise bad_request("too many inline query results specified")
    checked = [checked_result(call, result) for result in results]
    identifiers = [result["id"] for result in checked]
    if len(set(identifiers)) < len(identifiers):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(call.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    question = telegram.questions.get(call.text("inline_query_id"))
    late = question is not None and telegram.clock.now() - question.asked_at > INLINE_LIFETIME
    if question is None or question.bot is not call.bot or question.answer is not None or late:
        raise bad_request(TOO_OLD)
    question.answer = {
        "results": checked,
        "next_offset": call.text("next_offset"),
        "button": _checked_start(call.get("button")),
        "cache_time": call.get("cache_time", 300),
        "is_personal": bool(call.get("is_personal")),
    }
    telegram.happened("inline", None, {"inline_query_id": question.id, **question.answer}, [question.person])
    return True


def _checked_start(button: object) -> Json | None:
    if button is None:
        return None
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"]:
        raise bad_request('can\'t parse inline query results button: Field "text" must be non-empty')
    parameter = button.get("start_parameter")
    if parameter is None and "web_app" not in button:
        raise bad_request("can't parse inline query results button: exactly one optional field must be used")
    if parameter is not None and not _is_payload(parameter):
        raise bad_request("START_PARAM_INVALID")
    return button


def _is_payload(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 64 and value.replace("-", "_").replace("_", "a").isalnum()


def checked_result(call: MethodCall, result: object) -> Json:
    """The result with ``message`` added: the parsed content that will be posted when it is chosen."""
    if not isinstance(result, dict):
        raise bad_request("can't parse inline query result: expected an Object")
    identifier = result.get("id")
    if not isinstance(identifier, str | int) or not 1 <= len(str(identifier).encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    kind = result.get("type")
    content = result.get("input_message_content")
    if kind == "article":
        if not result.get("title"):
            raise bad_request("ARTICLE_TITLE_EMPTY")
        if not isinstance(content, dict):
            raise bad_request("can't parse inline query result: Can't find field \"input_message_content\"")
    for field in ("thumbnail_url", "url", "photo_url"):
        if (link := result.get(field)) and checked_link(link) is None:
            raise bad_request("WEBDOCUMENT_URL_INVALID" if field != "url" else "ARTICLE_URL_INVALID")
    return result | {"id": str(identifier), "message": _message(call, result, content)}


def _message(call: MethodCall, result: Json, content: Json | None) -> Json:
    markup = checked_markup(result.get("reply_markup"))
    extra: Json = {"reply_markup": markup} if markup else {}
    if content and "message_text" in content:
        text = message_text(content["message_text"], content.get("parse_mode") or "", content.get("entities"))
        if preview := content.get("link_preview_options"):
            text["link_preview_options"] = preview
        return text | extra
    if content and "rich_message" in content:
        return rich_content(call, content["rich_message"]) | extra
    if content:
        return dict(content) | extra
    caption = message_caption(
        result.get("caption") or "", result.get("parse_mode") or "", result.get("caption_entities")
    )
    if result.get("type") == "photo":
        caption["photo"] = photo_sizes(result.get("photo_url") or result.get("photo_file_id") or "")
    return caption | extra
