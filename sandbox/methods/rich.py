"""Rich messages: sending, and drafts that grow before the eyes."""

from functools import partial
from typing import Any

from sandbox.call import Call, answers
from sandbox.methods.messages import deliver
from sandbox.refusal import Json, bad_request
from sandbox.rich import checked_rich
from sandbox.uploads import from_input


def rich_content(call: Call, given: Any, *, draft: bool = False) -> Json:
    """The content of a rich message."""
    return {"rich_message": checked_rich(given, partial(from_input, call), draft=draft)}


@answers("sendRichMessage")
def send_rich_message(call: Call) -> Json:
    """A rich message."""
    chat = call.writable_chat()
    return deliver(call, chat, rich_content(call, call.get("rich_message")))


@answers("sendRichMessageDraft", "sendMessageDraft")
def send_draft(call: Call) -> bool:
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
