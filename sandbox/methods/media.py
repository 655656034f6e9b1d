"""Albums, replaced media, copies and forwards, files, reactions."""

from sandbox.markup.formatting import message_caption
from sandbox.methods.call import MethodCall, answers, from_input, unique
from sandbox.methods.messages import caption, change, deliver, own_message
from sandbox.refusals import Json, bad_request
from sandbox.world.model import Chat
from sandbox.world.telegram import react

_TOGETHER = ({"photo", "video", "live_photo"}, {"audio"}, {"document"})
_SERVICE = frozenset({"new_chat_members", "left_chat_member", "pinned_message", "migrate_to_chat_id"})
_EMOJI = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 "
    "🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 "
    "😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
REACTIONS = frozenset(_EMOJI.split())
_KEPT = ("message_id", "from", "chat", "date", "edit_date", "via_bot", "reply_markup", "sender_chat")


def input_content(call: MethodCall, given: Json) -> Json:
    """The content of a message made of one ``InputMedia``."""
    kind = str(given.get("type"))
    content = message_caption(given.get("caption") or "", given.get("parse_mode") or "", given.get("caption_entities"))
    content[kind] = from_input(call, kind, given)
    if given.get("has_spoiler"):
        content["has_media_spoiler"] = True
    return content


@answers("sendMediaGroup")
def send_album(call: MethodCall) -> list[Json]:
    """Sends 2 to 10 media of kinds that go together."""
    chat = call.writable_chat()
    media = call.get("media")
    if not isinstance(media, list) or not 2 <= len(media) <= 10:
        raise bad_request("media group must include 2-10 items")
    kinds = {one.get("type") for one in media}
    if not any(kinds <= sort for sort in _TOGETHER):
        raise bad_request("can't use the media of the specified type in the album")
    contents = [input_content(call, one) for one in media]
    group = str(call.telegram.number() + 10**16)
    return [deliver(call, chat, content | {"media_group_id": group}) for content in contents]


@answers("editMessageMedia")
def edit_media(call: MethodCall) -> Json | bool:
    """Replaces a message's media and its caption."""
    given = call.get("media")
    if not isinstance(given, dict):
        raise bad_request("can't parse input media JSON object")
    content = input_content(call, given)
    chat, message = own_message(call)
    old: Json = dict.fromkeys(("photo", "video", "animation", "audio", "document", "caption", "caption_entities"))
    return change(call, chat, message, {**old, "text": None, "entities": None, **content})


def _source(call: MethodCall, number: int, verb: str) -> Json:
    inner = MethodCall(call.telegram, call.bot, call.method, {"chat_id": call.get("from_chat_id")})
    message = inner.chat().messages.get(number)
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.get("has_protected_content"):
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


def _copied(call: MethodCall, chat: Chat, number: int) -> Json:
    source = _source(call, number, "copy")
    if _SERVICE & set(source):
        raise bad_request("message can't be copied")
    content = {key: value for key, value in source.items() if key not in _KEPT and key != "reply_to_message"}
    if call.get("caption") is not None:
        content = {key: value for key, value in content.items() if not key.startswith("caption")} | caption(call)
    return {"message_id": deliver(call, chat, content)["message_id"]}


def _forwarded(call: MethodCall, chat: Chat, number: int) -> Json:
    source = _source(call, number, "forward")
    content = {key: value for key, value in source.items() if key not in _KEPT and key != "reply_to_message"}
    author = source.get("from", {})
    origin: Json = {"type": "user", "sender_user": author, "date": source["date"]}
    if source["chat"]["type"] == "channel":
        origin = {
            "type": "channel",
            "chat": source["chat"],
            "message_id": source["message_id"],
            "date": source["date"],
        }
    content.setdefault("forward_origin", origin)
    return deliver(call, chat, content)


@answers("copyMessage")
def copy_message(call: MethodCall) -> Json:
    """Sends a copy without naming the author."""
    return _copied(call, call.writable_chat(), call.number("message_id"))


@answers("forwardMessage")
def forward_message(call: MethodCall) -> Json:
    """Forwards a message, naming its author."""
    return _forwarded(call, call.writable_chat(), call.number("message_id"))


@answers("copyMessages", "forwardMessages")
def pass_on(call: MethodCall) -> list[Json]:
    """Copies or forwards up to 100 messages in order; missing ones are skipped."""
    chat, numbers = call.writable_chat(), call.get("message_ids")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100:
        raise bad_request(
            "too many message identifiers specified" if numbers else "message identifiers are not specified"
        )
    if numbers != sorted(set(numbers)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    one = _copied if call.method == "copyMessages" else _forwarded
    inner = MethodCall(call.telegram, call.bot, call.method, {"chat_id": call.get("from_chat_id")})
    there = [number for number in numbers if number in inner.chat().messages]
    return [{"message_id": one(call, chat, number)["message_id"]} for number in there]


@answers("getFile")
def get_file(call: MethodCall) -> Json:
    """A ``File`` with the path from which it can be downloaded."""
    file_id = call.text("file_id")
    path = call.telegram.files.names.get(file_id)
    if path is None:
        raise bad_request(
            "wrong file_id or the file is temporarily unavailable" if file_id else "file_id not specified"
        )
    size = len(call.telegram.files.content[file_id])
    if size > 20 * 1024 * 1024:
        raise bad_request("file is too big")
    return {"file_id": file_id, "file_unique_id": unique(file_id), "file_size": size, "file_path": path}


@answers("setMessageReaction")
def set_reaction(call: MethodCall) -> bool:
    """Sets the bot's reaction; a bot has at most one on a message."""
    chat = call.writable_chat()
    number, reactions = call.number("message_id"), call.get("reaction") or []
    if number not in chat.messages:
        raise bad_request("message to react not found")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(one.get("type") == "emoji" and one.get("emoji") not in REACTIONS for one in reactions):
        raise bad_request("REACTION_INVALID")
    react(call.telegram, chat, number, call.bot.id, reactions)
    return True
