"""A plain python-telegram-bot echo bot (with its `[webhooks]` extra): `python echo_ptb.py BASE_URL polling|webhook`."""

import sys

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

HOOK = 18_997


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer with the same text."""
    if update.message is not None:
        await update.message.reply_text(update.message.text or "?")


base, mode = sys.argv[1:3]
builder = ApplicationBuilder().token("42:TEST").base_url(f"{base}/bot").base_file_url(f"{base}/file/bot")
app = builder.concurrent_updates(True).build()
app.add_handler(MessageHandler(filters.ALL, echo))
if mode == "polling":
    app.run_polling()
else:
    app.run_webhook(
        listen="127.0.0.1",
        port=HOOK,
        url_path="hook",
        webhook_url=f"http://127.0.0.1:{HOOK}/hook",
        secret_token="s3cret",
        max_connections=100,
    )
