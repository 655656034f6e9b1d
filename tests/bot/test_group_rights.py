"""The rights matrix of a group: who presses what changes something, and what of it stays as it was."""

from dataclasses import dataclass

import pytest

from handlers import buttons
from handlers.views.actions import NOT_FOR_MANY, OWN_VERBS, act, placed
from handlers.views.alerts import muted_token
from handlers.views.settings import token
from news.models import Subscription
from sandbox.world.model import Chat
from sandbox.world.people import ANONYMOUS, Person
from sandbox.world.telegram import spoken
from storage.readers import data_map
from tests.driver import TOKEN, World, world

FOR_ADMINS = {"ru": "В группе это может только администратор", "kk": "Топта мұны тек әкімші істей алады"}
FOR_ONE = {"ru": "Это у каждого своё", "kk": "Бұл әркімнің өзінде болады"}


@dataclass
class Neighbours:
    """A group with the bot in it, its owner, and a message under which anybody may press anything."""

    city: World
    language: str
    owner: Person
    group: Chat
    message: dict
    key: int

    async def kept(self) -> object:
        """All that is stored of the group."""
        return await data_map.copy(self.city.store.database, self.group.id)

    def comes(self, status: str, **rights: bool) -> Person:
        """Somebody whose standing in the group is this."""
        person = self.city.person(f"{status} {len(self.group.members)}", self.language)
        self.owner.adds(self.group, person)
        if status != "member":
            self.owner.changes_member(self.group, person.account, status, **rights)
        return person


@pytest.fixture(params=["ru", "kk"])
async def neighbours(tmp_path, request):
    async with world(tmp_path) as city:
        owner = city.person("Айгерім", request.param)
        group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN], kind="supergroup")
        message = await owner.sees("Qala", chat=group)
        [article] = (await city.store.articles.latest(1)).items
        yield Neighbours(city, request.param, owner, group, message, article.key)


def changing(key: int) -> list[str]:
    """Every button that changes what a chat has chosen."""
    word, outlet = token(Subscription("word", "слово")), muted_token("word", "слово")
    wanted = [
        act("lang", "ru", 0), act("turn", "transport", 0), act("follow", "transport", 1), act("hour", 600, 0),
        placed("mute", key, "topic", 1, place=None), placed("track", key, 1, place=None), act("time", 600), act("day", 3),
        act("live", "almaty"), act("home-city", "almaty"), act("reads", "ru"), act("pictures", 0), act("only", 1),
        act("tune", "length"), act("urgent", 2), act("alert-later", key), act("alert-again", key),
        act("alert-set", word, 1), act("alert-turn", word, 1), act("alerts-cap"), act("unmute", outlet),
        act("outlet", key, 1), act("drop", word), act("at", "600", 7), act("watch", "слово"), act("hush", "слово"),
        act("rest", 3), act("city"), act("cities"), act("forget", 2),
    ]  # fmt: skip
    assert {one.verb for one in wanted} == buttons._CHANGING - OWN_VERBS
    return [one.pack() for one in wanted]


COMMANDS = (
    "/language kk", "/digest 10:00", "/digest off", "/subscribe transport", '/subscribe "слово" now', "/mute слово",
    "/city Алматы", "/timezone Алматы", "/mydata", "/deletedata",
)  # fmt: skip
"""Every command that changes what a chat has chosen, or gives all of it away."""
REFUSED = ("member", "restricted", "kicked", "left", "demoted", "channel")
ALLOWED = ("owner", "administrator", "anonymous")


def personal(key: int) -> list[str]:
    """Buttons of what one reader has for themselves."""
    wanted = [
        placed("save", key, 1, place=None), act("savein", key, 1), placed("react", key, "like", place=None), act("tastes"),
        placed("tuned", key, place=None), act("retaste"), act("export"),
    ]  # fmt: skip
    assert {one.verb for one in wanted} == OWN_VERBS
    return [*(one.pack() for one in wanted), act("list", "v").pack()]


def standing(neighbours: Neighbours, who: str) -> Person:
    """Somebody who stands so in the group."""
    if who == "owner":
        return neighbours.owner
    if who == "administrator":
        return neighbours.comes("administrator", can_manage_chat=True)
    if who == "anonymous":
        return neighbours.comes("administrator", can_manage_chat=True, is_anonymous=True)
    person = neighbours.comes("member" if who in ("demoted", "left", "channel") else who)
    if who == "demoted":
        neighbours.owner.changes_member(neighbours.group, person.account, "administrator", can_manage_chat=True)
        neighbours.owner.changes_member(neighbours.group, person.account, "member")
    if who == "left":
        person.leaves(neighbours.group)
    return person


@pytest.mark.parametrize("who", [one for one in (*REFUSED, *ALLOWED) if one != "channel"])  # it presses nothing
async def test_every_button_that_changes_something_asks_who_administers_the_group_at_this_moment(neighbours, who):
    person, before = standing(neighbours, who), await neighbours.kept()
    for data in changing(neighbours.key):
        said = await person.toast(person.sends_callback(neighbours.message, data))
        refused = said.get("text", "").startswith(FOR_ADMINS[neighbours.language])
        assert refused == (who in REFUSED), (data, said)
    assert (await neighbours.kept() == before) == (who in REFUSED)


@pytest.mark.parametrize("who", [one for one in (*REFUSED, *ALLOWED) if one not in ("kicked", "left")])
async def test_every_command_that_changes_something_asks_who_administers_the_group_at_this_moment(neighbours, who):
    person, before, group = standing(neighbours, who), await neighbours.kept(), neighbours.group
    told = f"{FOR_ADMINS['ru']}|{FOR_ADMINS['kk']}".split("|")
    for command in COMMANDS:
        name, _, rest = command.partition(" ")
        text = f"{name}@qala_bot {rest}".strip()
        watcher = neighbours.owner if who in ("channel", "anonymous") else person
        if who == "channel":
            channel = {"id": -1009999999999, "type": "channel", "title": "Арна"}
            neighbours.city.telegram.post(group, ANONYMOUS, spoken(text), sender_chat=channel)
        else:
            person.says(text, group)
        said = await watcher.sees(lambda one: one["from"]["is_bot"] and "sender_chat" not in one, chat=group)
        refused = any(one in (said.get("text") or "") for one in told)
        assert refused == (who in REFUSED), (command, said)
    assert (await neighbours.kept() == before) == (who in REFUSED)


@pytest.mark.parametrize("who", ["member", "owner"])
async def test_a_town_that_is_said_to_the_bot_in_a_group_is_its_city_where_an_administrator_says_it(neighbours, who):
    await neighbours.city.store.subscribers.ask_city(neighbours.group.id, neighbours.city.now())
    person = standing(neighbours, who)
    person.says("@qala_bot Алматы", neighbours.group)
    await person.sees(lambda one: one["from"]["is_bot"], chat=neighbours.group)
    city = (await neighbours.city.store.subscribers.get(neighbours.group.id)).city
    assert city == ("almaty" if who == "owner" else None)


async def test_what_is_ones_own_is_done_in_no_group_by_nobody(neighbours):
    before = await neighbours.kept()
    for person in (neighbours.owner, neighbours.comes("member")):
        for data in personal(neighbours.key):
            said = await person.toast(person.sends_callback(neighbours.message, data))
            assert said["text"].startswith(FOR_ONE[neighbours.language]), data
    neighbours.owner.says("/saved@qala_bot", neighbours.group)
    await neighbours.owner.sees(FOR_ONE[neighbours.language], chat=neighbours.group)
    assert await neighbours.kept() == before


async def test_a_group_is_offered_nothing_of_ones_own_and_its_members_reading_tunes_nothing(neighbours):
    before, member = await neighbours.kept(), neighbours.comes("member")
    offered: set[str] = set()
    for data in (
        placed("open", neighbours.key, place=None),
        placed("more", neighbours.key, place=None),
        placed("read", neighbours.key, 0, place=None),
    ):
        member.sends_callback(neighbours.message, data.pack())
        shown = await member.sees(lambda one: "reply_markup" in one, chat=neighbours.group)
        rows = shown["reply_markup"]["inline_keyboard"]
        offered |= {one["callback_data"].partition(":")[0] for row in rows for one in row if "callback_data" in one}
    member.says("/settings@qala_bot", neighbours.group)
    settings = await member.sees(lambda one: "reply_markup" in one, chat=neighbours.group)
    rows = settings["reply_markup"]["inline_keyboard"]
    offered |= {one["callback_data"].partition(":")[0] for row in rows for one in row if "callback_data" in one}
    assert {"more", "language"} <= offered
    assert not offered & NOT_FOR_MANY
    assert await neighbours.kept() == before
