"""What a bot says about itself: commands, name, descriptions, menu button."""

import json
import re

from sandbox.methods.call import MethodCall, answers
from sandbox.refusals import Json, bad_request
from sandbox.world.model import Command

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
MOST_COMMANDS = 100
_LIMITS = {"name": 64, "description": 512, "short_description": 120}


@answers("getMe")
def get_me(call: MethodCall) -> Json:
    """The bot itself."""
    return call.bot.api_me()


def scope_key(scope: Json | None) -> str:
    """A scope as one canonical text, to be a key."""
    return json.dumps(scope or {"type": "default"}, sort_keys=True)


def _scope(call: MethodCall) -> Json:
    scope = call.get("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if "chat" in SCOPES[scope["type"]]:
        if not scope.get("chat_id"):
            raise bad_request("can't parse BotCommandScope: chat_id is empty")
        inner = MethodCall(call.telegram, call.bot, call.method, {"chat_id": _as_id(scope["chat_id"])})
        scope = scope | {"chat_id": inner.chat().id}
    return scope


def _as_id(value: object) -> int | str:
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else text


SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat",),
    "chat_administrators": ("chat",),
    "chat_member": ("chat", "user"),
}


def _language(call: MethodCall) -> str:
    language = call.text("language_code")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


@answers("setMyCommands")
def set_commands(call: MethodCall) -> bool:
    """Sets the commands of one scope and language."""
    commands = call.get("commands")
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = [_checked_command(command) for command in commands]
    scope, language = _scope(call), _language(call)
    call.bot.commands[f"{scope_key(scope)} {language}"] = Command(scope, language, kept)
    if not kept:
        del call.bot.commands[f"{scope_key(scope)} {language}"]
    call.telegram.happened("menu", None, {"bot": call.bot.id}, list(call.telegram.accounts.values()))
    return True


def _checked_command(command: object) -> Json:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, description = command.get("command"), command.get("description")
    if not isinstance(name, str) or not isinstance(description, str):
        field = "description" if isinstance(name, str) else "command"
        raise bad_request(f"can't parse BotCommand: Can't find field \"{field}\"")
    name, description = name.strip().removeprefix("/"), description.strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > 32:
        raise bad_request("command length must not exceed 32")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    return command | {"command": name, "description": description}


@answers("getMyCommands")
def get_commands(call: MethodCall) -> list[Json]:
    """The commands of exactly this scope and language."""
    found = call.bot.commands.get(f"{scope_key(_scope(call))} {_language(call)}")
    return found.commands if found else []


@answers("deleteMyCommands")
def delete_commands(call: MethodCall) -> bool:
    """Forgets the commands of exactly this scope and language."""
    call.bot.commands.pop(f"{scope_key(_scope(call))} {_language(call)}", None)
    call.telegram.happened("menu", None, {"bot": call.bot.id}, list(call.telegram.accounts.values()))
    return True


@answers("setMyName", "setMyDescription", "setMyShortDescription")
def set_words(call: MethodCall) -> bool:
    """Sets the name, description or short description in one language; an empty one removes it."""
    field = _field(call.method)
    words = call.text(field)
    if len(words) > _LIMITS[field]:
        raise bad_request(
            f"BOT_{'TITLE' if field == 'name' else 'ABOUT' if 'short' in field else 'DESCRIPTION'}_TOO_LONG"
        )
    call.bot.names[(field, _language(call))] = words
    call.telegram.happened("menu", None, {"bot": call.bot.id}, list(call.telegram.accounts.values()))
    return True


@answers("getMyName", "getMyDescription", "getMyShortDescription")
def get_words(call: MethodCall) -> Json:
    """The name or description in this language, else the one for no language."""
    field = _field(call.method)
    names = call.bot.names
    default = call.bot.first_name if field == "name" else ""
    return {field: names.get((field, _language(call))) or names.get((field, "")) or default}


def _field(method: str) -> str:
    lower = method.lower()
    if "short" in lower:
        return "short_description"
    return "description" if "description" in lower else "name"


@answers("setChatMenuButton")
def set_menu_button(call: MethodCall) -> bool:
    """Sets the button beside the input field, for one private chat or for all."""
    button = call.get("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in {"commands", "web_app", "default"}:
        raise bad_request("can't parse menu button: unsupported type specified")
    if call.number("chat_id"):
        call.chat().menu = button
    else:
        call.bot.menu_button = button
    return True


@answers("getChatMenuButton")
def get_menu_button(call: MethodCall) -> Json:
    """The menu button of a private chat, else the one for all chats."""
    chat = call.chat() if call.number("chat_id") else None
    return (chat.menu if chat else None) or call.bot.menu_button
