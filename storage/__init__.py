"""Everything stored: the only room that speaks SQL."""

from dataclasses import dataclass
from pathlib import Path

from news.stories.stories import closeness
from storage.articles.articles import Articles
from storage.articles.sources import RepeatedLineStore, Sources
from storage.articles.stories import Stories
from storage.counting import DailyCounts, totals
from storage.engine.database import Database, StorageError, UnusableStoreError
from storage.engine.migrations import migrate
from storage.engine.sqlite import open_sqlite
from storage.inbox import Inbox
from storage.installation import ClockRepairs, InstallationFacts, OwnBot, Replicas, TokenBudget
from storage.ledger.agenda import Agenda, OverdueEditions
from storage.ledger.alerts import AlertLedger
from storage.ledger.broadcasts import Broadcasts
from storage.ledger.compositions import Compositions
from storage.ledger.deliveries import Deliveries
from storage.ledger.posts import PostLedger
from storage.readers.channels import Channels
from storage.readers.last_shown import LastScreens
from storage.readers.preferences import PreferenceStore, SavedArticles
from storage.readers.subscribers import Bans, Subscribers
from storage.readers.watches import Watches

__all__ = ["DELIVERED", "Database", "Storage", "StorageError", "UnusableStoreError", "open_storage"]


DELIVERED = ("digest", "alert", "broadcast", "post")
"""The kinds of the day's figures that count deliveries by outcome."""


@dataclass(frozen=True)
class Storage:
    """All that is stored, with one attribute for each kind of thing."""

    database: Database
    articles: Articles
    stories: Stories
    sources: Sources
    subscribers: Subscribers
    agenda: Agenda
    compositions: Compositions
    deliveries: Deliveries
    overdue: OverdueEditions
    broadcasts: Broadcasts
    inbox: Inbox
    facts: InstallationFacts
    repeats: RepeatedLineStore
    saved: SavedArticles
    preferences: PreferenceStore
    replicas: Replicas
    budget: TokenBudget
    watches: Watches
    alerts: AlertLedger
    channels: Channels
    posts: PostLedger
    bans: Bans
    daily: DailyCounts
    last_screens: LastScreens
    own_bot: OwnBot
    clock_repairs: ClockRepairs

    async def ready(self) -> bool:
        """Whether the database answers."""
        try:
            return bool(await self.database.fetchval("SELECT 1"))
        except StorageError:
            return False

    async def counts(self) -> dict[str, int | dict[str, int]]:
        """Counts for operators: articles by language, deliveries and sources by state, inbox, bytes.

        Ended deliveries come from the day's figures, because counting the ledger would take long.
        """
        deliveries = totals(await self.daily.since(""), *DELIVERED) | await self.deliveries.under_way()
        languages = await self.database.fetch(
            "SELECT language, count(*) AS n FROM articles WHERE hidden = 0 GROUP BY language"
        )
        sources = await self.sources.all()
        states = ["paused" if one.paused else "down" if one.health.failures else "up" for one in sources]
        return {
            "articles": {row["language"]: row["n"] for row in languages},
            "deliveries": deliveries,
            "sources": {state: states.count(state) for state in ("up", "down", "paused")},
            "inbox": (await self.inbox.counts())["waiting"],
            "store_bytes": await self.database.size(),
        }

    async def lateness(self, now: int) -> dict[str, int]:
        """How many seconds the most overdue digest is late, and how long the oldest message has waited."""
        due, oldest = await self.agenda.next_due(), await self.deliveries.oldest_waiting()
        return {
            "late_seconds": max(0, now - due) if due is not None else 0,
            "oldest_waiting_seconds": max(0, now - oldest) if oldest is not None else 0,
        }

    async def close(self) -> None:
        """Close the database."""
        await self.database.close()


async def open_storage(url: str, *, bulk: bool = False) -> Storage:
    """Open the store at `sqlite:///relative`, `sqlite:////absolute` or `postgresql://…`, and update its schema.

    `bulk`: thousands of articles will be saved at once; use more memory. Raises StorageError with a sentence for the
    operator.
    """
    database = await _open_database(url, bulk=bulk)
    try:
        await migrate(database)
    except BaseException:
        await database.close()
        raise
    stories = Stories(database, closeness())
    articles = Articles(database, stories)
    compositions = Compositions(database, articles)
    subscribers = Subscribers(database)
    return Storage(
        database=database,
        articles=articles,
        stories=stories,
        sources=Sources(database, articles),
        subscribers=subscribers,
        agenda=Agenda(database),
        compositions=compositions,
        deliveries=Deliveries(database, compositions),
        overdue=OverdueEditions(database, compositions),
        broadcasts=Broadcasts(database),
        inbox=Inbox(database),
        facts=InstallationFacts(database),
        repeats=RepeatedLineStore(database),
        saved=SavedArticles(database),
        preferences=PreferenceStore(database),
        replicas=Replicas(database),
        budget=TokenBudget(database),
        watches=Watches(database),
        alerts=AlertLedger(database),
        channels=Channels(database, subscribers),
        posts=PostLedger(database),
        bans=Bans(database),
        daily=DailyCounts(database),
        last_screens=LastScreens(database),
        own_bot=OwnBot(database),
        clock_repairs=ClockRepairs(database),
    )


async def _open_database(url: str, *, bulk: bool) -> Database:
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return await open_sqlite(Path(rest[1:]), bulk=bulk)
    if scheme in ("postgresql", "postgres"):
        try:
            from storage.engine.postgres import open_postgres  # noqa: PLC0415 - its driver is an extra
        except ModuleNotFoundError as error:
            raise UnusableStoreError("PostgreSQL needs a driver: pip install 'qala-bot[postgres]'") from error
        return await open_postgres(url)
    raise UnusableStoreError(
        f"QALA_DATABASE_URL: {scheme}:… is neither sqlite:///path nor postgresql://user:password@host/db"
    )
