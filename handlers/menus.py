"""The command menu, name and descriptions of the bot, in every language."""

from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeChat

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


def commands(language: str, *, is_admin: bool = False) -> list[BotCommand]:
    """The menu of a language; an administrator's has theirs at its end."""
    names = (*COMMANDS, *ADMIN_COMMANDS) if is_admin else COMMANDS
    return [BotCommand(command=name, description=texts(language).plain(f"command-{name}")) for name in names]


async def show_menu(bot: Bot, chat_id: int, language: str, *, is_admin: bool = False) -> None:
    """A chat that chose a language sees the menu in it."""
    await bot.set_my_commands(commands(language, is_admin=is_admin), scope=BotCommandScopeChat(chat_id=chat_id))


async def publish(bot: Bot, username: str) -> None:
    """Set menu, name and descriptions; only what differs is sent, since Telegram allows few such changes a day."""
    for language in (None, *LANGUAGES):
        words = texts(language or FALLBACK)
        menu = commands(language or FALLBACK)
        if await bot.get_my_commands(language_code=language) != menu:
            await bot.set_my_commands(menu, language_code=language)
        name, short = words.plain("bot-name"), words.plain("bot-short-description")
        description = words.plain("bot-description", bot=username)
        if (await bot.get_my_name(language_code=language)).name != name:
            await bot.set_my_name(name, language_code=language)
        if (await bot.get_my_short_description(language_code=language)).short_description != short:
            await bot.set_my_short_description(short, language_code=language)
        if (await bot.get_my_description(language_code=language)).description != description:
            await bot.set_my_description(description, language_code=language)
