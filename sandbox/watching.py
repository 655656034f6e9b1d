"""Waiting for what the bot shows."""

from collections.abc import Callable

from sandbox.happenings import Event, InlineQuestion, Press
from sandbox.model import Account, Chat
from sandbox.refusal import Json
from sandbox.telegram import Telegram

Wanted = str | int | Callable[[Json], bool] | None


class Unseen(AssertionError):  # noqa: N818 - it reads as what it says
    """What was waited for did not come; the message says what the person saw instead."""


class Watcher:
    """The half of a person that looks at the screen. ``seen`` is how many events were looked at."""

    telegram: Telegram
    account: Account
    seen: int
    patience: float

    async def sees(self, wanted: Wanted = None, chat: Chat | None = None, *, within: float | None = None) -> Json:
        """The next message not looked at yet (new or edited, of anyone else) that is wanted.

        ``wanted``: a piece of its text, a condition, or nothing for any. What came before it counts as seen.
        Raises `Unseen` after ``within`` real seconds.
        """
        events, before = self.telegram.events, self.seen
        looked = before

        def look() -> Json | None:
            nonlocal looked
            while looked < len(events):
                event = events[looked]
                looked += 1
                if self._concerns(event, chat) and _is_wanted(event.payload, wanted):
                    return event.payload
            return None

        found = await self.telegram.changes.until(look, self.patience if within is None else within)
        if found is None:
            seen = [shown(event.payload) for event in events[before:] if self._concerns(event, chat)]
            raise Unseen(f"{self.account.first_name} waited for {wanted!r} and saw {seen}")
        self.seen = looked
        return found

    async def toast(self, press: Press, within: float | None = None) -> Json:
        """The bot's answer to a pressed button."""
        answer = await self.telegram.changes.until(lambda: press.answer, self.patience if within is None else within)
        if answer is None:
            raise Unseen("the button was never answered")
        return answer

    async def results(self, question: InlineQuestion, within: float | None = None) -> list[Json]:
        """The results of an inline query; ``question.answer`` then holds the rest."""
        answer = await self.telegram.changes.until(lambda: question.answer, self.patience if within is None else within)
        if answer is None:
            raise Unseen("the inline query was never answered")
        found: list[Json] = answer["results"]
        return found

    def _concerns(self, event: Event, chat: Chat | None) -> bool:
        if event.kind not in {"message", "edit"} or self.account.id not in event.viewers:
            return False
        if chat is not None and event.chat != chat.id:
            return False
        own = event.payload.get("from", {}).get("id") == self.account.id and "via_bot" not in event.payload
        return not own


def shown(message: Json) -> str:
    """A message's words in one string."""
    return message.get("text") or message.get("caption") or str({k: v for k, v in message.items() if k != "chat"})


def _is_wanted(message: Json, wanted: Wanted) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, int):
        return bool(message["message_id"] == wanted)
    if isinstance(wanted, str):
        return wanted in (message.get("text") or message.get("caption") or str(message.get("rich_message", "")))
    return wanted(message)
