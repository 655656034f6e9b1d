"""How a bot gets its updates."""

import re
from urllib.parse import urlsplit

from sandbox.methods.call import MethodCall, answers
from sandbox.refusals import Json, bad_request

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@answers("getUpdates")
async def get_updates(call: MethodCall) -> list[Json]:
    """Long polling."""
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
    """Updates go to this address from now on; plain http is taken for loopback addresses only."""
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
    """Back to long polling."""
    return _stop_webhook(call)


def _stop_webhook(call: MethodCall) -> bool:
    updates = call.telegram.updates[call.bot.id]
    if call.get("drop_pending_updates"):
        updates.drop()
    updates.set_webhook("", "", 40)
    return True


@answers("getWebhookInfo")
def get_webhook_info(call: MethodCall) -> Json:
    """Address, how many updates wait, the last failure."""
    return call.telegram.updates[call.bot.id].info()


@answers("logOut", "close")
def leave_server(_call: MethodCall) -> bool:
    """The bot may move to another server; nothing to do here."""
    return True
