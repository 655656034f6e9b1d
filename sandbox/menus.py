"""Which commands a person is offered: the narrowest scope that says something, in their language or in none."""

from sandbox.model import ADMIN_STATUSES, Account, Bot, Chat
from sandbox.refusal import Json


def menu_for(bot: Bot, chat: Chat, person: Account) -> list[Json]:
    """The commands in the order of Telegram's «Determining list of commands»."""
    language = person.language_code.split("-")[0]
    said = {
        (command.scope["type"], command.scope.get("chat_id"), command.scope.get("user_id"), command.language): command
        for command in bot.commands.values()
    }
    for kind, chat_id, user_id in scopes_for(chat, person):
        for wanted in (language, ""):
            if found := said.get((kind, chat_id, user_id, wanted)):
                return found.commands
    return []


def scopes_for(chat: Chat, person: Account) -> list[tuple[str, int | None, int | None]]:
    """Scopes that may hold here, narrowest first."""
    if chat.is_private:
        return [("chat", chat.id, None), ("all_private_chats", None, None), ("default", None, None)]
    scopes: list[tuple[str, int | None, int | None]] = [("chat_member", chat.id, person.id)]
    if chat.status(person) in ADMIN_STATUSES:
        scopes += [("chat_administrators", chat.id, None), ("chat", chat.id, None)]
        scopes += [("all_chat_administrators", None, None)]
    else:
        scopes += [("chat", chat.id, None)]
    return [*scopes, ("all_group_chats", None, None), ("default", None, None)]
