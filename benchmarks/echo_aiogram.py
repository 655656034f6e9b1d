"""A plain aiogram echo bot: `python echo_aiogram.py BASE_URL polling|webhook`."""

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

HOOK = 18_998


async def main(base: str, mode: str) -> None:
    """Run the bot."""
    bot = Bot("42:TEST", session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "?")

    if mode == "polling":
        await dispatcher.start_polling(bot)
        return
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False).register(app, "/hook")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", HOOK).start()
    await bot.set_webhook(f"http://127.0.0.1:{HOOK}/hook", max_connections=100)
    await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:3]))
