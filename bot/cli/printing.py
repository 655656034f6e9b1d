"""Articles on the command line: the contract's JSON and a few lines for people."""

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from news.digests.digest import Digest
from news.models import Article, PublicationTime
from storage import Storage


def published_text(published: PublicationTime) -> str | None:
    """ISO 8601: an instant with its offset, a day as a day."""
    return published.isoformat() if published is not None else None


def article_object(article: Article) -> dict[str, object]:
    """What `qala show --json` prints."""
    return {
        "key": article.key,
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "language": article.language,
        "published": published_text(article.published),
        "source": article.source,
        "cited": list(article.cited),
        "tags": list(article.tags),
        "views": article.views,
        "image": article.image,
        "lead": article.lead,
        "body": article.body,
        "topics": [{"slug": topic.slug, "words": list(topic.words)} for topic in article.topics],
        "story": article.story,
        "merged_into": article.copy_of,
    }


def article_line(article: Article) -> str:
    """One line about an article for a person at a terminal."""
    published = article.published
    day = published.strftime("%Y-%m-%d %H:%M" if isinstance(published, datetime) else "%Y-%m-%d") if published else "—"
    return f"{article.key:>7}  {day:16}  {article.language}  {article.title}  ({article.source or '—'})"


def harmless_text(counts: Mapping[str, int]) -> str:
    """What was taken out of strangers' text, for an operator: «invisible 3, link 1»."""
    return ", ".join(f"{kind} {number}" for kind, number in sorted(counts.items()))


async def digest_for(store: Storage, chat: int, since: str | None, now: int, zone: ZoneInfo) -> Digest | None:
    """What a chat's digest would be now, None for an unknown chat; empty where nothing is new."""
    from handlers.digest import composed  # brings aiogram: four seconds and 150 MB

    subscriber = await store.subscribers.get(chat)
    if subscriber is None:
        return None
    after = subscriber.last_edition_at if subscriber.last_edition_at is not None else now - 86_400
    if since is not None:
        after = int(datetime.combine(date.fromisoformat(since), time(), zone).timestamp())
    return await composed(store, subscriber, now, after, anew=since is not None) or Digest()
