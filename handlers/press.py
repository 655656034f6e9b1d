"""A pressed button and what its deed may ask."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram import Bot
from aiogram.types import CallbackQuery

from handlers.views import render
from handlers.views.articles import Viewer
from handlers.views.screen import Shown
from news.models import Subscriber
from storage import Storage


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: who pressed it, where, and the arguments it carried (their shapes are checked)."""

    callback: CallbackQuery
    bot: Bot
    store: Storage
    subscriber: Subscriber
    viewer: Viewer
    arguments: tuple[str, ...]

    @property
    def query(self) -> str | None:
        """The words the list under the button was found by."""
        return render.query_of(self.callback.message)


Deed = Callable[[Press], Awaitable[Shown | None]]
"""What a button does; the screen to show in place of the old one, None where nothing changes."""
