"""In a group the bot answers commands addressed to it, and only administrators change its settings."""

import pytest

from locales import texts
from tests.driver import TOKEN, world


@pytest.fixture
async def city(tmp_path):
    async with world(tmp_path) as it:
        yield it


async def test_a_group_is_greeted_and_reads_the_news(city):
    owner = city.person("Айгерім", "kk")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees("Qala топқа да", chat=group)
    owner.says("/latest@qala_bot", group)
    await owner.sees("Соңғы жаңалықтар", chat=group)


async def test_a_command_for_another_bot_is_not_answered(city):
    owner = city.person("Айгерім", "kk")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees("Qala топқа да", chat=group)
    owner.says("/latest@other_bot", group)
    owner.says("/help@qala_bot", group)
    answer = await owner.sees(chat=group)
    assert answer["text"].startswith("Qala\u00a0– қала жаңалықтары")


async def test_only_an_administrator_changes_the_groups_settings(city):
    owner, neighbour = city.person("Айгерім", "kk"), city.person("Марина", "ru")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees("Qala топқа да", chat=group)
    owner.adds(group, neighbour)
    neighbour.says("/language@qala_bot ru", group)
    await neighbour.sees("Топта мұны тек әкімші істей алады", chat=group)
    owner.says("/language@qala_bot ru", group)
    await owner.sees("Теперь по-русски", chat=group)
    assert (await city.store.subscribers.get(group.id)).language == "ru"


async def test_a_group_that_becomes_a_supergroup_between_two_digests_keeps_them(city):
    owner = city.person("Айгерім", "kk")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees("Qala топқа да", chat=group)
    owner.says("/digest@qala_bot 18:00 21:00", group)
    await owner.sees("күн сайын", chat=group)
    await city.passes(9 * 3600)
    await owner.sees("Кешкі дайджест", chat=group)
    fresh = owner.migrates(group)
    await city.store.database.execute(
        "UPDATE deliveries SET state = 'planned', message_id = NULL"
    )  # put off by a flood
    await city.bot.bell.ring()
    await owner.sees("Кешкі дайджест", chat=fresh)
    assert await city.store.subscribers.get(group.id) is None
    kept = await city.store.subscribers.get(fresh.id)
    assert (kept.kind, kept.timetable.minutes) == ("supergroup", (18 * 60, 21 * 60))
    assert await city.store.deliveries.counts() == {"sent": 1}


@pytest.fixture(params=["ru", "kk"])
async def yard(city, request):
    """The world, a group in it with the bot, its owner and a member, and the texts of its language."""
    owner, member = city.person("Айгерім", request.param), city.person("Марина", request.param)
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN], member, kind="supergroup")
    await owner.sees("Qala", chat=group)
    await member.sees("Qala", chat=group)
    return city, group, owner, member, texts(request.param)


def of_bot(message):
    return message["from"]["is_bot"]


async def test_in_privacy_mode_a_message_that_names_the_bot_and_a_reply_to_it_search(yard):
    _, group, _, member, words = yard
    member.says("вода в Шымкенте", group)  # to the neighbours
    member.says("@qala_bot Шымкент", group)
    found = await member.sees(of_bot, chat=group)
    assert words.plain("search-title", query="Шымкент").split("\n")[0] in found["text"]
    member.says("метро", group, reply_to=found["message_id"])
    found = await member.sees(of_bot, chat=group)
    assert words.plain("search-title", query="метро").split("\n")[0] in found["text"]
    member.says("@QALA_BOT", group)
    await member.sees(words.plain("group-ask", bot="qala_bot"), chat=group)


async def test_a_card_opened_in_a_group_is_seen_by_who_pressed_and_the_list_stays_for_all(yard):
    _, group, owner, member, words = yard
    member.says("/latest@qala_bot", group)
    shown = await member.sees(words.plain("latest-title"), chat=group)
    member.presses(shown, "1")
    card = await member.sees(lambda one: "ephemeral_message_id" in one, chat=group)
    assert group.messages[shown["message_id"]]["text"] == shown["text"]
    assert card["receiver_user"]["id"] == member.id
    assert not any(owner.id in event.viewers for event in member.telegram.events if event.payload is card)
    member.presses(card, "list:l")  # pressed in it, it changes itself
    changed = await member.sees(lambda one: "ephemeral_message_id" in one, chat=group)
    assert changed["ephemeral_message_id"] == card["ephemeral_message_id"]
    assert words.plain("latest-title") in changed["text"]


async def test_where_telegram_takes_no_message_for_one_the_answer_is_shown_to_all(yard):
    city, group, owner, member, words = yard
    member.says("/latest@qala_bot", group)
    shown = await member.sees(words.plain("latest-title"), chat=group)
    city.telegram.faults.add("refuse", refusal="participant_invalid", method="sendMessage", count=1)
    member.presses(shown, "1")
    card = await owner.sees(lambda one: one["message_id"] == shown["message_id"] and one["text"] != shown["text"])
    assert "ephemeral_message_id" not in card


async def test_commands_for_one_are_in_the_menu_of_groups_and_answered_to_one(yard):
    city, group, owner, member, words = yard

    def of_groups():
        found = {one["command"]: one for one in member.menu(chat=group)}
        return found if "is_ephemeral" in found.get("settings", {}) else None

    menu = await city.telegram.changes.until(of_groups, 10)
    assert not menu.keys() & {"saved", "start"}
    assert "is_ephemeral" not in menu["latest"]
    said = len(group.messages)
    member.says("/help@qala_bot", group)
    answer = await member.sees(of_bot, chat=group)
    assert answer["text"].startswith(words.plain("help-group", bot="qala_bot")[:20])
    assert "/saved" not in answer["text"]
    member.says("/city@qala_bot Алматы", group)
    refused = await member.sees(of_bot, chat=group)
    assert refused["text"] == words.plain("error-admins-only")
    owner.says("/city@qala_bot Алматы", group)
    await owner.sees("Алматы", chat=group)
    assert len(group.messages) == said


async def test_the_greetings_buttons_set_a_group_up(yard):
    city, group, owner, member, words = yard
    hello = next(one for one in group.messages.values() if one.get("reply_markup"))
    for verb in ("language", "pick:0", "when", "settings"):
        owner.presses(hello, verb)
        await owner.sees(lambda one: "ephemeral_message_id" in one, chat=group)
    shown = await member.toast(member.presses(hello, "city"))
    assert shown["text"] == words.plain("error-admins-only")
    assert group.messages[hello["message_id"]] == hello
    owner.presses(hello, "pick:0")
    picker = await owner.sees(lambda one: "ephemeral_message_id" in one, chat=group)
    owner.presses(picker, "turn:transport:0")
    await owner.sees(lambda one: "ephemeral_message_id" in one, chat=group)
    assert (await city.store.subscribers.get(group.id)).topics == {"transport"}


@pytest.mark.parametrize("form", ["plain", "rich"])
async def test_a_groups_digest_offers_to_save_nothing(city, form):
    owner = city.person("Айгерім", "kk")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees("Qala топқа да", chat=group)
    owner.says("/digest@qala_bot 18:00", group)
    await owner.sees("күн сайын", chat=group)
    await city.store.subscribers.set_manner(group.id, length=5, form=form, says_nothing=False)
    await city.passes(9 * 3600)
    shown = str(await owner.sees("Кешкі дайджест", chat=group))
    assert "card:" in shown
    assert "savein" not in shown


@pytest.mark.parametrize(
    ("language", "asked", "told"),
    [("ru", "@qala_bot что ты умеешь?", "/latest"), ("kk", "@qala_bot не істей аласың?", "/latest")],
)
async def test_asked_what_it_can_do_in_a_group_it_says_so_and_offers_nothing_of_ones_own(city, language, asked, told):
    owner = city.person("Айгерім", language)
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees(chat=group)
    owner.says(asked, group)
    answer = await owner.sees(told, chat=group)
    assert "/saved" not in answer["text"]
    assert "/channel" not in answer["text"]
