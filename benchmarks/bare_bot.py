"""A bare aiogram bot with fixed texts and twenty fixed results: `python bare_bot.py BASE_URL TOKEN MODE PORT`."""

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

TEXT = "\n".join(f"{number}. Заголовок новости номер {number} из одного издания" for number in range(1, 9))


async def main(base: str, token: str, mode: str, port: str) -> None:
    """Run the bot by polling or webhook."""
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    dispatcher = Dispatcher()
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=str(n), callback_data=f"n:{n}") for n in range(8)]]
    )
    results = [
        InlineQueryResultArticle(
            id=str(number),
            title=f"Заголовок {number}",
            description="Издание · сегодня",
            input_message_content=InputTextMessageContent(message_text=f"Новость {number}"),
        )
        for number in range(20)
    ]

    @dispatcher.message()
    async def answer(message: Message) -> None:
        await message.answer(TEXT, reply_markup=keyboard)

    @dispatcher.inline_query()
    async def offer(query: InlineQuery) -> None:
        await query.answer(results, cache_time=0, is_personal=True)

    if mode == "polling":
        await dispatcher.start_polling(bot)
        return
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False).register(app, "/hook")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(port)).start()
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook", max_connections=100)
    await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:5]))
