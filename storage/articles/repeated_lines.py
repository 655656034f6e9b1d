"""The lines that each site prints on page after page, counted by their hashes; see news/pages/lines.py."""

from collections import Counter
from collections.abc import Collection, Iterable

from news.pages.lines import ENOUGH, PAGES, RECENT
from storage.engine.database import Database, Transaction, marks

_MOST_KNOWN = 2000  # lines of a site with which its next page is compared
_MOST_ROWS = 300_000
_MOST_NAMES = 10_000
_LONGEST_SITE = 200


class RepeatedLineStore:
    """Lines by site. A noted line counts at once; it is in the database after `flush`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[str, Counter[int]] = {}
        self._noted: dict[str, None] = {}  # names of the pages last noted
        self._added = _MOST_ROWS  # rows since the last pruning; a new process begins with one

    @property
    def waiting(self) -> int:
        """The number of pages noted since the last `flush`."""
        return sum(lines[PAGES] for lines in self._waiting.values())

    async def known(self, site: str) -> dict[int, int]:
        """The number of pages on which each of the site's most common lines was seen, by hash; PAGES counts
        all pages.
        """
        site = site[:_LONGEST_SITE]
        rows = await self._database.fetch(
            "SELECT line, pages FROM repeated_lines WHERE site = $1 ORDER BY pages DESC LIMIT $2", site, _MOST_KNOWN
        )
        counts = Counter({row["line"]: row["pages"] for row in rows})
        counts.update(self._waiting.get(site, {}))
        return dict(counts)

    async def counted(self, names: Collection[str]) -> set[str]:
        """Those of these pages (article ids or addresses) that are stored or noted already and must not be counted
        again.
        """
        places = marks(names) or "NULL"
        rows = await self._database.fetch(
            f"SELECT id, url FROM articles WHERE id IN ({places}) OR url IN ({places})", *names
        )
        return ({row["id"] for row in rows} | {row["url"] for row in rows} | self._noted.keys()) & set(names)

    def note(self, site: str, name: str, lines: Iterable[int]) -> None:
        """Count a page's lines once, even if the page comes again under the same name."""
        if not site or name in self._noted:
            return
        self._noted[name] = None
        if len(self._noted) > _MOST_NAMES:
            del self._noted[next(iter(self._noted))]
        self._waiting.setdefault(site[:_LONGEST_SITE], Counter()).update({PAGES, *lines})

    async def flush(self, now: int) -> None:
        """Store what was noted. `now` is in UTC seconds."""
        waiting, self._waiting = self._waiting, {}
        rows = [(site, line, pages, now) for site, lines in waiting.items() for line, pages in sorted(lines.items())]
        if not rows:
            return
        async with self._database.transaction() as tx:
            await tx.executemany(
                "INSERT INTO repeated_lines (site, line, pages, seen_at) VALUES ($1, $2, $3, $4) ON CONFLICT"
                " (site, line) DO UPDATE SET pages = repeated_lines.pages + excluded.pages, seen_at = excluded.seen_at",
                rows,
            )
            for site in waiting:
                await _age(tx, site)
            self._added += len(rows)
            if self._added >= _MOST_ROWS // 10:
                self._added = 0
                await _prune(tx)


async def _age(tx: Transaction, site: str) -> None:
    """After this many pages all counts are halved, so that lines a site no longer prints, and rare lines, are
    forgotten.
    """
    pages = await tx.fetchval("SELECT pages FROM repeated_lines WHERE site = $1 AND line = $2", site, PAGES)
    if pages >= RECENT:
        await tx.execute("DELETE FROM repeated_lines WHERE site = $1 AND pages < $2", site, ENOUGH)
        await tx.execute("UPDATE repeated_lines SET pages = pages / 2 WHERE site = $1", site)


async def _prune(tx: Transaction) -> None:
    """Keep the table small: rare lines go first."""
    for least in (ENOUGH, 10, RECENT):
        if await tx.fetchval("SELECT count(*) FROM repeated_lines") <= _MOST_ROWS:
            return
        await tx.execute("DELETE FROM repeated_lines WHERE pages < $1", least)
