"""The token's budget: a program's own beside SQLite; on PostgreSQL all replicas draw from the same one."""

from bot.pace import Pace
from bot.silence import Silence
from storage import Storage


def pace_of(rate: float, store: Storage, silence: Silence) -> Pace:
    """The pace of a token that may send `rate` messages a second; who draws hears at once of a silence."""
    return Pace(rate, shared=None if store.database.dialect == "sqlite" else _Drawing(store, silence))


class _Drawing:
    def __init__(self, store: Storage, silence: Silence) -> None:
        self._budget = store.budget
        self._silence = silence

    async def draw(self, seconds: float) -> float:
        """As bot.pace.Shared has it."""
        drawn = await self._budget.draw(seconds)
        self._silence.told(drawn.silent_until)
        return drawn.wait

    async def draw_chat(self, chat: int, every: float, ahead: float) -> float:
        """As bot.pace.Shared has it."""
        return await self._budget.draw_chat(chat, every, ahead)
