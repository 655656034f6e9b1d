"""Keyboards under messages: what a button may be."""

from sandbox.markup.text import link_problem, linked_user
from sandbox.refusals import Json, bad_request

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
    """The markup as a message keeps it: only an inline keyboard stays with its message."""
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
    """Exactly one action, and a valid one. tdlib itself takes the first of several; the Bot API forbids them."""
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
    """The buttons of a reply keyboard that are more than words."""
    rows = markup.get("keyboard") if isinstance(markup, dict) else None
    return [one for row in rows or [] if isinstance(row, list) for one in row if isinstance(one, dict)]


def _check_request(request: object) -> None:
    """A request for a chat: numbered, of one kind, and no more rights for the bot than its giver must have."""
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
