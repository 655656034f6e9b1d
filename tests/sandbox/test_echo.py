"""A plain aiogram echo bot, unmodified but for its address, by polling and by webhook."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from sandbox.world.people import Person


def echo() -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def answer(message: Message) -> None:
        await message.answer(message.text or "?")

    return dispatcher


@pytest.fixture
async def bot(call) -> AsyncIterator[Bot]:
    bot = Bot(call.token, session=AiohttpSession(api=TelegramAPIServer.from_base(call.base)))
    yield bot
    await bot.session.close()


async def test_aiogram_answers_by_polling(call, bot, reader):
    dispatcher = echo()
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    for number in range(50):
        reader.says(f"сөз {number}")
    assert (await reader.sees("сөз 49", within=20))["from"]["is_bot"]
    await dispatcher.stop_polling()
    await polling
    assert [entry.outcome for entry in call.telegram.record.calls("sendMessage", ok=False)] == []


async def test_aiogram_answers_by_webhook(call, bot, telegram, reader):
    app = web.Application()
    SimpleRequestHandler(echo(), bot, secret_token="s3cret", handle_in_background=False).register(app, "/hook")
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="s3cret")
    others = [Person.new(telegram, f"оқырман {number}") for number in range(5)]
    for number in range(10):
        for one in others:
            one.says(f"сөз {number}")
    for one in others:
        await one.sees("сөз 9", within=20)
        said = [message["text"] for message in one.messages() if message["from"]["is_bot"]]
        assert said == [f"сөз {number}" for number in range(10)]
    await runner.cleanup()
