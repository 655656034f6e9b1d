from aiogram.types import Update

from locales import page_texts
from sandbox.server.chat_page import settle
from sandbox.world.telegram import Telegram


def test_each_language_has_its_reader_and_both_share_a_group_a_forum_and_a_channel_with_the_bot():
    telegram = Telegram()
    bot = telegram.bot("42:TEST")
    settle(telegram, bot, page_texts)
    people = [account for account in telegram.accounts.values() if not account.is_bot]
    assert [account.language_code for account in people] == ["kk", "ru"]
    assert {chat.type for chat in telegram.chats.values()} == {"group", "supergroup", "channel"}
    for chat in telegram.chats.values():
        assert all(chat.has(account) for account in [*people, bot])


def test_what_the_bot_hears_of_it_is_what_aiogram_understands():
    telegram = Telegram()
    bot = telegram.bot("42:TEST")
    settle(telegram, bot, page_texts)
    heard = [pending.update for pending in telegram.updates[bot.id].pending()]
    assert len(heard) >= 3
    for update in heard:
        Update.model_validate(update)


def test_both_languages_have_the_same_words_for_the_page():
    kazakh, russian = page_texts("kk"), page_texts("ru")
    assert kazakh.keys() == russian.keys()
    assert [key for key in kazakh if ("%" in kazakh[key]) != ("%" in russian[key])] == []
    assert page_texts("de") == russian
