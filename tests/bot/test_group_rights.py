"""The rights matrix of a group: who presses what changes something, and what of it stays as it was."""

from dataclasses import dataclass

import pytest

from handlers import buttons
from handlers.views.actions import NOT_FOR_MANY, OWN_VERBS, act, placed
from sandbox.world.model import Chat
from sandbox.world.people import Person
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
    """Buttons that change what a chat has chosen."""
    wanted = [
        act("lang", "ru", 0), act("turn", "transport", 0), act("follow", "transport", 1), act("hour", 600, 0),
        placed("mute", key, "topic", 1, place=None), placed("track", key, 1, place=None), act("time", 600), act("day", 3),
        act("live", "almaty"), act("home-city", "almaty"), act("reads", "ru"), act("pictures", 0), act("only", 1),
        act("tune", "length"), act("forget", 2), act("urgent", 1),
    ]  # fmt: skip
    assert {one.verb for one in wanted} <= buttons._CHANGING
    return [one.pack() for one in wanted]


def personal(key: int) -> list[str]:
    """Buttons of what one reader has for themselves."""
    wanted = [
        placed("save", key, 1, place=None), act("savein", key, 1), placed("react", key, "like", place=None), act("tastes"),
        placed("tuned", key, place=None), act("retaste"), act("export"),
    ]  # fmt: skip
    assert {one.verb for one in wanted} == OWN_VERBS
    return [*(one.pack() for one in wanted), act("list", "v").pack()]


async def test_only_administrators_of_this_moment_change_what_a_group_has_chosen(neighbours):
    before = await neighbours.kept()
    demoted = neighbours.comes("administrator", can_manage_chat=True)
    neighbours.owner.changes_member(neighbours.group, demoted.account, "member")
    gone = neighbours.comes("member")
    gone.leaves(neighbours.group)
    others = [neighbours.comes("member"), neighbours.comes("restricted"), neighbours.comes("kicked"), demoted, gone]
    for person in others:
        for data in changing(neighbours.key):
            said = await person.toast(person.sends_callback(neighbours.message, data))
            assert said["text"].startswith(FOR_ADMINS[neighbours.language]), (person.account.first_name, data)
    assert await neighbours.kept() == before
    anonymous = neighbours.comes("administrator", can_manage_chat=True, is_anonymous=True)
    for person, slug in ((neighbours.owner, "transport"), (anonymous, "roads")):
        await person.toast(person.sends_callback(neighbours.message, act("turn", slug, 0).pack()))
        assert slug in (await neighbours.city.store.subscribers.get(neighbours.group.id)).topics


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
