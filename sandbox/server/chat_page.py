"""The chat page: its files and the state it shows first. What a person does goes through ``/people``."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web

from sandbox.refusals import Json
from sandbox.world.model import ADMIN_STATUSES, Account, Bot, Chat, menu_for
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram, reactions_to

FILES = Path(__file__).parent.parent / "page"
# The page is ours; its pictures are whatever a bot sends.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src * data: blob:; media-src * data:"
)
MOST_MESSAGES = 300

PageTexts = Callable[[str], Mapping[str, str]]
"""The page's words in a language: key → text."""
NextDigest = Callable[[int], Awaitable[int | None]]
"""A reader's id → UTC seconds of their next digest; None when none is to come."""


def add_page_routes(
    app: web.Application, telegram: Telegram, texts: PageTexts, next_digest: NextDigest | None = None
) -> None:
    """Adds ``/`` and ``/page/…``; without ``next_digest`` the page offers no button for it."""
    page = _Page(telegram, texts, next_digest)
    app.router.add_get("/", page.index)
    app.router.add_get("/page/texts", page.words)
    app.router.add_get("/page/state", page.state)
    app.router.add_get("/page/next-digest", page.next_digest)
    app.router.add_get("/page/file/{file_id:.+}", page.file)
    app.router.add_static("/page", FILES)


class _Page:
    def __init__(self, telegram: Telegram, texts: PageTexts, next_digest: NextDigest | None) -> None:
        self._telegram = telegram
        self._texts = texts
        self._next_digest = next_digest

    async def index(self, _request: web.Request) -> web.FileResponse:
        """The page itself."""
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
        return web.FileResponse(FILES / "index.html", headers=headers)

    async def words(self, request: web.Request) -> web.Response:
        """The page's words in a language: ``?lang=kk``."""
        return web.json_response(dict(self._texts(request.query.get("lang", ""))))

    async def next_digest(self, request: web.Request) -> web.Response:
        """``at``: UTC seconds of the next digest of ``?me=``, or null."""
        person = self._person(request.query.get("me", ""))
        return web.json_response({"at": await self._next_digest(person.id) if self._next_digest else None})

    async def file(self, request: web.Request) -> web.Response:
        """A picture by ``file_id``. The browser may only draw it, because it came from a stranger."""
        content = self._telegram.files.content.get(request.match_info["file_id"])
        if content is None:
            raise web.HTTPNotFound
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
        return web.Response(body=content, headers=headers)

    async def state(self, request: web.Request) -> web.Response:
        """Everything that the person ``?me=`` sees now; without ``me`` only the people, the bots and the clock."""
        telegram = self._telegram
        body: Json = {
            "now": telegram.clock.now(),
            "speed": telegram.clock.speed,
            "people": [account.api() for account in telegram.accounts.values() if not account.is_bot],
            "bots": [bot.api() | {"inline": bot.supports_inline} for bot in telegram.bots.values()],
            "event": len(telegram.events),
            "digests": self._next_digest is not None,
        }
        if me := request.query.get("me"):
            person = self._person(me)
            body |= {"me": person.account.api(), "chats": [self._chat(chat, person) for chat in self._chats(person)]}
        return web.json_response(body)

    def _person(self, identifier: str) -> Person:
        account = self._telegram.accounts.get(int(identifier) if identifier.isdigit() else 0)
        if account is None or account.is_bot:
            raise web.HTTPNotFound
        return Person(self._telegram, account)

    def _chats(self, person: Person) -> list[Chat]:
        """The person's private chats with each bot, groups and channels. Listing a chat does not start it."""
        begun = self._telegram.privates
        private = [
            begun.get((bot.id, person.id)) or Chat(person.id, "private", person=person.account, bot=bot)
            for bot in self._telegram.bots.values()
        ]
        return private + [chat for chat in self._telegram.chats.values() if chat.has(person.account)]

    def _chat(self, chat: Chat, person: Person) -> Json:
        """A chat as the page shows it."""
        bot = next(iter(self._telegram.bots_in(chat)), None)
        account = person.account
        return {
            "id": chat.id,
            "type": chat.type,
            "title": chat.title or (bot.first_name if bot else ""),
            "username": chat.username or (bot.username if bot and chat.is_private else ""),
            "bot": bot.api() if bot else None,
            "about": _about(bot, account) if bot and chat.is_private else chat.description,
            "members": len(chat.people()),
            "writes": chat.type != "channel" or chat.status(account) in ADMIN_STATUSES,
            "blocked": bot is not None and (bot.id, person.id) in self._telegram.blocked,
            "commands": menu_for(bot, chat, account) if bot else [],
            "keyboard": chat.extra.get("keyboard"),
            "pinned": chat.pinned[-1:],
            "messages": _messages(chat, account),
            **_rights(chat, bot, account),
        }


def _messages(chat: Chat, account: Account) -> list[Json]:
    """A chat's messages as one person sees them, including those that nobody else sees."""
    common = [
        one | {"reactions": reactions_to(chat, one["message_id"])}
        for one in list(chat.messages.values())[-MOST_MESSAGES:]
    ]
    return sorted([*common, *chat.seen_by(account).values()], key=lambda one: one["date"])


def _rights(chat: Chat, bot: Bot | None, account: Account) -> Json:
    """What members and the bot may do here; an empty dict for a private chat.

    Groups and channels have the bot's status and whether this person administers; groups also topics and permissions.
    """
    if chat.is_private:
        return {}
    own = {
        "administers": chat.status(account) in ADMIN_STATUSES,
        "bot_status": chat.status(bot) if bot else "left",
    }
    if chat.type == "channel":
        return own
    topics = [
        {"id": thread, "name": topic["name"], "closed": bool(topic.get("is_closed"))}
        for thread, topic in chat.topics.items()
    ]
    return own | {
        "forum": chat.is_forum,
        "topics": topics,
        "general_closed": bool(chat.extra.get("general", {}).get("is_closed")),
        "permissions": chat.permissions,
    }


def _about(bot: Bot, person: Account) -> str:
    """A bot's description, shown before the first message, in the person's language or the one for no language."""
    for language in (person.language_code.split("-")[0], ""):
        if words := bot.names.get(("description", language)):
            return words
    return ""


# Who and what is there when the chat page is opened.


def settle(telegram: Telegram, bot: Bot, texts: PageTexts) -> None:
    """Makes a reader of each language, a group and a forum they share with the bot, and a channel it may post in."""
    kazakh, russian = (
        Person.new(telegram, texts(language)["page-reader"], language_code=language) for language in ("kk", "ru")
    )
    group = kazakh.makes_group(texts("kk")["page-group-title"], russian, bot)
    russian.says(texts("ru")["page-group-words"], group)
    kazakh.says(texts("kk")["page-group-words"], group)
    channel = kazakh.makes_group(texts("kk")["page-channel-title"], russian, kind="channel")
    kazakh.changes_member(channel, bot, "administrator", can_post_messages=True, can_edit_messages=True)
    forum = kazakh.makes_group(texts("kk")["page-forum-title"], russian, bot, kind="supergroup", is_forum=True)
    for name in texts("kk")["page-forum-topics"].split(", "):
        kazakh.opens_topic(forum, name)
