"""Whom one meets on opening the chat page: two readers, a group, a channel, and the bot among them."""

from sandbox.model import Bot
from sandbox.people import Person
from sandbox.telegram import Telegram
from sandbox.web import PageTexts


def settle(telegram: Telegram, bot: Bot, texts: PageTexts) -> None:
    """A reader of each language, a group they share with the bot, and a channel the bot may write to."""
    kazakh, russian = (
        Person.new(telegram, texts(language)["page-reader"], language_code=language) for language in ("kk", "ru")
    )
    group = kazakh.makes_group(texts("kk")["page-group-title"], russian, bot)
    russian.says(texts("ru")["page-group-words"], group)
    kazakh.says(texts("kk")["page-group-words"], group)
    channel = kazakh.makes_group(texts("kk")["page-channel-title"], russian, kind="channel")
    kazakh.changes_member(channel, bot, "administrator", can_post_messages=True, can_edit_messages=True)
