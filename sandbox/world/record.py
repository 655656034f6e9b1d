"""Everything that went over the wire, to be asked and exported."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from sandbox.refusals import Json


@dataclass(slots=True)
class RecordEntry:
    """One request of a bot with its answer (``kind`` ``call``), one ``update`` for it, or one ``fault`` by rule.

    ``name`` is the method or the update's kind. ``outcome`` is ``ok``, the refusal's description, or the fault that
    befell it. ``breaches`` are what Telegram would have forgiven.
    """

    number: int
    time: float
    kind: str
    bot: int
    name: str
    content: Json
    outcome: str = "ok"
    code: int = 200
    result: object = None
    breaches: tuple[str, ...] = ()


class WireRecord:
    """Keeps the newest ``limit`` entries."""

    def __init__(self, now: Callable[[], float], limit: int = 100_000) -> None:
        self._now = now
        self._limit = limit
        self._count = 0
        self.entries: list[RecordEntry] = []

    def update(self, bot: int, kind: str, update: Json | None) -> None:
        """A bot was given an update, or did not want one."""
        self._add("update", bot, kind, update or {}, "ok" if update else "not asked for")

    def call(self, bot: int, method: str, parameters: Json) -> RecordEntry:
        """A bot asks something; the caller fills in how it went."""
        return self._add("call", bot, method, parameters)

    def fault(self, bot: int, method: str, parameters: Json, fault: str) -> None:
        """A rule befell a request."""
        self._add("fault", bot, method, parameters, fault)

    def calls(self, method: str = "", *, ok: bool | None = None) -> Iterator[RecordEntry]:
        """Requests, oldest first; ``ok`` picks those accepted or those refused."""
        for entry in self.entries:
            named = not method or entry.name.lower() == method.lower()
            if entry.kind == "call" and named and (ok is None or ok == (entry.code == 200)):
                yield entry

    def breaches(self) -> list[str]:
        """What Telegram would have forgiven, each once."""
        return list(dict.fromkeys(breach for entry in self.entries for breach in entry.breaches))

    def export(self) -> str:
        """All of it as a JSON array."""
        return json.dumps([asdict(entry) for entry in self.entries], ensure_ascii=False, default=str)

    def clear(self) -> None:
        """Forgets what was."""
        self.entries.clear()

    def _add(self, kind: str, bot: int, name: str, content: Json, outcome: str = "ok") -> RecordEntry:
        self._count += 1
        entry = RecordEntry(self._count, self._now(), kind, bot, name, content, outcome)
        self.entries.append(entry)
        if len(self.entries) > self._limit:
            del self.entries[: self._limit // 10]
        return entry
