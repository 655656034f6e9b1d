"""A bot's text with its marks, parsed, cleaned and measured, and the keyboard under it."""

from collections.abc import Callable

from sandbox.markup.html import parse_html
from sandbox.markup.markdown import parse_markdown, parse_markdown_v2
from sandbox.markup.text import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    clean,
    found_entities,
    is_blank,
    link_problem,
    linked_user,
    utf16_length,
)
from sandbox.refusals import Json, bad_request

# Which marks may be inside which, as in tdlib's ``fix_entities``: crossing marks are cut, forbidden inner ones dropped.

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTATIONS = ("blockquote", "expandable_blockquote")
CODE = ("pre", "code")
FOUND_BY_TELEGRAM = frozenset(
    ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number")
)
_ORDER = {"blockquote": 0, "expandable_blockquote": 0, "text_link": 1, "text_mention": 1, "pre": 2, "code": 2}
TextRange = tuple[int, int]


def nested(entities: list[Json]) -> list[Json]:
    """The entities in order and properly nested: none crosses another."""
    quotations = _apart([one for one in entities if one["type"] in QUOTATIONS])
    whole = _apart([one for one in entities if one["type"] not in SPLITTABLE + QUOTATIONS])
    whole = [one for one in whole if not any(_crosses(_range(one), _range(quotation)) for quotation in quotations)]
    whole = [one for one in whole if not any(_holds(_range(one), _range(quotation)) for quotation in quotations)]
    kept = whole + quotations
    walls = [_range(one) for one in kept]
    code = [_range(one) for one in whole if one["type"] in CODE]
    for kind in SPLITTABLE:
        pieces = _union([_range(one) for one in entities if one["type"] == kind])
        for hole in code:
            pieces = [piece for one in pieces for piece in _without(one, hole)]
        for wall in walls:
            pieces = [piece for one in pieces for piece in _cut(one, wall)]
        kept += [{"type": kind, "offset": start, "length": end - start} for start, end in pieces]
        walls += pieces
    return in_order(kept)


def in_order(entities: list[Json]) -> list[Json]:
    """The entities sorted by offset; at the same offset longer ones come first, and quotations are outermost."""
    return sorted(entities, key=lambda one: (one["offset"], -one["length"], _ORDER.get(one["type"], 5)))


def _range(entity: Json) -> TextRange:
    return entity["offset"], entity["offset"] + entity["length"]


def _apart(entities: list[Json]) -> list[Json]:
    """The entities in order, without those that overlap an earlier one."""
    kept: list[Json] = []
    end = 0
    for one in in_order(entities):
        if one["offset"] >= end:
            kept.append(one)
            end = _range(one)[1]
    return kept


def _crosses(one: TextRange, other: TextRange) -> bool:
    return one[0] < other[0] < one[1] < other[1] or other[0] < one[0] < other[1] < one[1]


def _holds(one: TextRange, other: TextRange) -> bool:
    return one != other and one[0] <= other[0] and other[1] <= one[1]


def _union(ranges: list[TextRange]) -> list[TextRange]:
    joined: list[TextRange] = []
    for start, end in sorted(ranges):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _without(one: TextRange, hole: TextRange) -> list[TextRange]:
    if hole[1] <= one[0] or one[1] <= hole[0]:
        return [one]
    return [(start, end) for start, end in ((one[0], hole[0]), (hole[1], one[1])) if start < end]


def _cut(one: TextRange, wall: TextRange) -> list[TextRange]:
    if not _crosses(one, wall):
        return [one]
    at = wall[0] if one[0] < wall[0] else wall[1]
    return [(one[0], at), (at, one[1])]


_KNOWN = frozenset((*SPLITTABLE, *QUOTATIONS, *CODE, "text_link", "text_mention", "custom_emoji", "date_time"))
_PARSERS: dict[str, Callable[[str], tuple[str, list[Json]]]] = {
    "html": parse_html,
    "markdownv2": parse_markdown_v2,
    "markdown": parse_markdown,
}


def formatted(
    source: str, parse_mode: str, entities: list[Json] | None = None, *, detect: bool = True
) -> tuple[str, list[Json]]:
    """The text people see and its entities; raises `Refusal` in Telegram's words."""
    if len(source.encode("utf-8", "surrogatepass")) > 1 << 15:
        raise bad_request("text is too long")
    mode = parse_mode.lower()
    text, marks = source, _given(source, entities or [])
    if source and mode and mode != "none":
        if mode not in _PARSERS:
            raise bad_request("unsupported parse_mode")
        text, marks = _PARSERS[mode](source)
    text, marks = clean(text, nested(marks) if len(marks) > 1 else marks)
    return text, found_entities(text, marks) if detect else marks


def _given(text: str, entities: list[Json]) -> list[Json]:
    """The entities a bot passed as a list. Kinds that Telegram itself finds in the text are ignored."""
    raw = text.encode("utf-16-le", "surrogatepass")
    kept = []
    for entity in entities:
        offset, length = int(entity.get("offset") or 0), int(entity.get("length") or 0)
        if entity.get("type") in FOUND_BY_TELEGRAM:
            continue
        if entity.get("type") not in _KNOWN:
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
        if not 0 <= offset <= 1_000_000:
            raise bad_request(f"receive an entity with incorrect offset {offset}")
        if not 0 <= length <= 1_000_000:
            raise bad_request(f"receive an entity with incorrect length {length}")
        if 2 * (offset + length) > len(raw):
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset "
                f"{len(raw) // 2}"
            )
        if any(0xDC <= raw[2 * at + 1] <= 0xDF for at in (offset, offset + length) if 2 * at < len(raw)):
            place = len(raw[: 2 * offset].decode("utf-16-le", "replace").encode())
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {place}")
        if length:
            kept.append(entity | {"offset": offset, "length": length})
    return kept


def message_text(source: str, parse_mode: str, entities: list[Json] | None = None) -> Json:
    """``text`` and ``entities`` of a message."""
    if not source:
        raise bad_request("message text is empty")
    text, marks = formatted(source, parse_mode, entities)
    if is_blank(text):
        raise bad_request("text must be non-empty")
    if utf16_length(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, "entities": marks} if marks else {"text": text}


def message_caption(source: str, parse_mode: str, entities: list[Json] | None = None) -> Json:
    """``caption`` and ``caption_entities`` of a message; each is left out when it is empty."""
    text, marks = formatted(source, parse_mode, entities)
    if utf16_length(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    caption: Json = {"caption": text} if text else {}
    return caption | {"caption_entities": marks} if marks else caption


# Keyboards under messages: what a button may be.

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
STYLES = ("danger", "success", "primary")


def checked_markup(markup: Json | None) -> Json | None:
    """The inline keyboard that a message keeps, or None. Other markup is checked too, but no message keeps it."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if "keyboard" in markup:
            _check_reply_keyboard(markup)
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    kept = []
    total = 0
    for row in rows:
        if not isinstance(row, list):
            raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
        kept_row = [checked_button(button) for button in row]
        total += len(kept_row)
        if kept_row:
            kept.append(kept_row)
    if total > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def checked_button(button: object) -> Json:
    """An inline button with exactly one action."""
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        what = "Can't find field" if text is None else "Field"
        rest = "" if text is None else " must be of type String"
        raise bad_request(f'can\'t parse inline keyboard button: {what} "text"{rest}')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    check_action(button, "inline keyboard button")
    return button


def check_action(button: Json, what: str) -> None:
    """Refuses a button without exactly one valid action. tdlib takes the first of several; the Bot API forbids that."""
    given = [action for action in ACTIONS if button.get(action) is not None and button.get(action) != ""]
    given += [action for action in ACTIONS if button.get(action) == "" and action.startswith("switch_inline_query")]
    if button.get("callback_data") == "":
        raise bad_request("BUTTON_DATA_INVALID")
    if not given:
        raise bad_request(f"can't parse {what}: Text buttons are unallowed in the inline keyboard")
    if len(given) > 1:
        raise bad_request(f"can't parse {what}: exactly one optional field must be used")
    _check_action(given[0], button[given[0]])
    styles = STYLES if what == "inline keyboard button" else (*STYLES, "link")
    if (style := button.get("style")) is not None and style not in styles:
        raise bad_request(f"can't parse {what}: invalid button style specified")


def _check_action(action: str, value: object) -> None:
    if action == "callback_data":
        if not isinstance(value, str):
            raise bad_request('can\'t parse inline keyboard button: Field "callback_data" must be of type String')
        if not 1 <= len(value.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
    elif action == "url":
        if not isinstance(value, str):
            raise bad_request('can\'t parse inline keyboard button: Field "url" must be of type String')
        if not linked_user(value) and (problem := link_problem(value)) is not None:
            raise bad_request(f"inline keyboard button URL '{value}' is invalid: {problem}")
    elif action == "copy_text":
        copied = value.get("text") if isinstance(value, dict) else None
        if not isinstance(copied, str) or not 1 <= len(copied) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_reply_keyboard(markup: Json) -> None:
    rows = markup["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    for button in keyboard_buttons(markup):
        if "request_chat" in button:
            _check_request(button["request_chat"])
    for button in buttons:
        text = button if isinstance(button, str) else button.get("text") if isinstance(button, dict) else None
        if not isinstance(text, str) or not text:
            raise bad_request("can't parse keyboard button: Can't find field \"text\"")
    if len(buttons) > 300:
        raise bad_request("reply markup is too long")


def keyboard_buttons(markup: Json | None) -> list[Json]:
    """The buttons of a reply keyboard that are objects; a button that is a bare string is left out."""
    rows = markup.get("keyboard") if isinstance(markup, dict) else None
    return [one for row in rows or [] if isinstance(row, list) for one in row if isinstance(one, dict)]


def _check_request(request: object) -> None:
    """Refuses a bad request for a chat. It needs an id and a kind, and the user's rights must include the bot's."""
    if not isinstance(request, dict):
        raise bad_request("can't parse keyboard button: KeyboardButtonRequestChat must be an Object")
    for name, kind in (("request_id", int), ("chat_is_channel", bool)):
        if name not in request:
            raise bad_request(f"can't parse keyboard button: Can't find field \"{name}\"")
        if type(request[name]) is not kind:
            what = "a Number" if kind is int else "Boolean"
            raise bad_request(f'can\'t parse keyboard button: Field "{name}" must be of type {what}')
    if not -(2**31) <= request["request_id"] < 2**31:
        raise bad_request("can't parse keyboard button: request_id is out of range")
    user, bot = request.get("user_administrator_rights") or {}, request.get("bot_administrator_rights") or {}
    if missing := sorted(right for right, given in bot.items() if given and not user.get(right)):
        raise bad_request(f"user administrator rights must include those of the bot: {missing[0]}")
