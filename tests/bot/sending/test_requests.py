"""What goes out as JSON is what aiogram would have sent, and what comes back is read as far as it is needed."""

import json

import pytest
from aiogram import Bot
from aiogram.methods import AnswerInlineQuery, EditMessageText, SendMessage
from aiogram.types import BufferedInputFile, InputMediaPhoto, LinkPreviewOptions, Message, ReplyParameters

from bot.sending.telegram_session import JsonSession, _sent
from handlers.views.actions import act
from handlers.views.render import arguments
from handlers.views.screen import Button, RichScreen, Screen
from locales import Html

ROWS = ((Button("Да «»", act("home")), Button("Сайт", url="https://a.kz/x?y=1&z=«")), (Button("Ещё", share="a_1"),))
SCREENS = [
    Screen(Html('<b>Қала</b>\n\u2028\u0001 \\ " / 👍')),
    Screen(Html("x"), ROWS),
    Screen(Html("x"), ROWS, preview="https://a.kz/1"),
    Screen(Html("x"), picture="https://a.kz/1.png"),
    RichScreen(Html("<p>x</p>"), ROWS),
]


@pytest.fixture
async def bot():
    made = Bot("123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", session=JsonSession())
    yield made
    await made.session.close()


def as_aiogram(bot, method):
    """What aiogram makes of a request, field by field."""
    prepared = {
        name: bot.session.prepare_value(value, bot, {}, _dumps_json=False)
        for name, value in method.model_dump(warnings=False, exclude_none=True).items()
    }
    return {name: value for name, value in prepared.items() if value is not None and value != ""}


@pytest.mark.parametrize("screen", SCREENS)
async def test_a_screen_is_sent_as_aiogram_would_send_it(bot, screen):
    named = arguments(screen)
    method = (
        EditMessageText(chat_id=5, message_id=7, **named)
        if isinstance(screen, RichScreen)
        else SendMessage(
            chat_id=-5, disable_notification=False, reply_parameters=ReplyParameters(message_id=4), **named
        )
    )
    for _ in range(2):  # made, and made before
        assert json.loads(bot.session._json(bot, method)) == as_aiogram(bot, method)


async def test_what_readers_own_models_say_is_sent_too(bot):
    method = SendMessage(chat_id=5, text="x", link_preview_options=LinkPreviewOptions(is_disabled=True), entities=[])
    assert json.loads(bot.session._json(bot, method)) == as_aiogram(bot, method)
    assert json.loads(bot.session._json(bot, AnswerInlineQuery(inline_query_id="1", results=[]))) == {
        "inline_query_id": "1",
        "results": [],
    }


async def test_a_file_goes_aiograms_own_way(bot):
    method = EditMessageText(chat_id=5, message_id=7, text="x")
    assert bot.session._json(bot, method) is not None
    carrying = method.model_copy(update={"media": InputMediaPhoto(media=BufferedInputFile(b"x", "x.png"))})
    assert bot.session._json(bot, carrying) is None or "attach://" not in bot.session._json(bot, carrying)


async def test_of_a_sent_message_is_read_what_we_did_not_say_ourselves(bot):
    told = {
        "message_id": 7,
        "date": 1_790_000_000,
        "chat": {"id": 5, "type": "private", "first_name": "Айгерім"},
        "text": "x",
        "from": {"id": 1, "is_bot": True, "first_name": "Qala"},
        "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "home"}]]},
    }
    read = _sent(bot, json.dumps({"ok": True, "result": told}))
    assert isinstance(read, Message)
    assert (read.message_id, read.chat.id, read.reply_markup) == (7, 5, None)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"ok": true}', '{"ok": false, "result": {}}', '{"ok":true,"result":true}']
)
async def test_any_other_answer_is_left_to_aiogram(bot, text):
    assert _sent(bot, text) is None
