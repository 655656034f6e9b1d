"""The bot's command menu, name and descriptions, in every language."""

from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeChat

from locales import FALLBACK, LANGUAGES, texts

COMMANDS = (
    "latest",
    "search",
    "topics",
    "digest",
    "subscribe",
    "subscriptions",
    "alerts",
    "mute",
    "saved",
    "channel",
    "city",
    "settings",
    "language",
    "help",
    "privacy",
    "mydata",
    "deletedata",
    "start",
)

ADMIN_COMMANDS = ("stats", "sources", "broadcast", "ban", "unban")
OWN_COMMANDS = frozenset({"saved", "channel", "start"})
"""Commands that make no sense in a group."""
EPHEMERAL_COMMANDS = frozenset(
    {"help", "privacy", "settings", "subscriptions", "alerts", "language", "city", "mute", "subscribe"}
)
"""Commands that, with their answers, only their sender sees in a group."""


def commands(language: str, *, is_admin: bool = False, group: bool = False) -> list[BotCommand]:
    """The menu in a language. An administrator's ends with their commands; a `group`'s has none for a single reader."""
    names = (*COMMANDS, *ADMIN_COMMANDS) if is_admin else COMMANDS
    words = texts(language)
    return [
        BotCommand(
            command=name,
            description=words.plain(f"command-{name}"),
            is_ephemeral=True if group and name in EPHEMERAL_COMMANDS else None,
        )
        for name in names
        if not (group and name in OWN_COMMANDS)
    ]


async def show_menu(bot: Bot, chat_id: int, language: str, *, is_admin: bool = False, group: bool = False) -> None:
    """Set a chat's menu in the language it chose."""
    menu = commands(language, is_admin=is_admin, group=group)
    await bot.set_my_commands(menu, scope=BotCommandScopeChat(chat_id=chat_id))


async def publish(bot: Bot, username: str) -> None:
    """Set menu, name and descriptions. Only differences are sent, because Telegram allows few such changes a day."""
    for language in (None, *LANGUAGES):
        words = texts(language or FALLBACK)
        menu = commands(language or FALLBACK)
        if await bot.get_my_commands(language_code=language) != menu:
            await bot.set_my_commands(menu, language_code=language)
        groups, of_groups = BotCommandScopeAllGroupChats(), commands(language or FALLBACK, group=True)
        if await bot.get_my_commands(scope=groups, language_code=language) != of_groups:
            await bot.set_my_commands(of_groups, scope=groups, language_code=language)
        name, short = words.plain("bot-name"), words.plain("bot-short-description")
        description = words.plain("bot-description", bot=username)
        if (await bot.get_my_name(language_code=language)).name != name:
            await bot.set_my_name(name, language_code=language)
        if (await bot.get_my_short_description(language_code=language)).short_description != short:
            await bot.set_my_short_description(short, language_code=language)
        if (await bot.get_my_description(language_code=language)).description != description:
            await bot.set_my_description(description, language_code=language)
