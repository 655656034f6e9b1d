"""Decides what to do with a source's items, from what it lists now and listed before. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from news.feeds.source import Feed, FeedItem, ItemIdentity, SeenItem, Source
from news.models import Entry, FiledEntry, PublicationTime, Topic
from news.subject.topics import TOPICS
from news.text.citations import cited_in
from news.text.dates import plausible_instant
from news.text.sentences import sentences

MOST_PAGES = 20
"""The most pages fetched in one poll of a source. The others wait for the next, so that no host is flooded."""
MOST_TRIES = 3
LONGEST_LEAD = 400
"""The most characters of a text that are shown if only a lead may be."""
_RELIST_AFTER = 7 * 86400


@dataclass(frozen=True, slots=True)
class SelectedItem:
    """An item that becomes an article or changes one, and what will be remembered of it."""

    item: FeedItem
    seen: SeenItem
    first_seen: int | None = None


@dataclass(frozen=True, slots=True)
class ListingPlan:
    """What a poll brings: items ready to store, items whose pages must be read first, and what to remember.

    `waiting` counts new items that are left for the next poll.
    """

    ready: tuple[SelectedItem, ...] = ()
    pages: tuple[SelectedItem, ...] = ()
    listed: tuple[SeenItem, ...] = ()
    waiting: int = 0


def decide(
    source: Source, feed: Feed, seen: Mapping[str, SeenItem], now: int, articles: Mapping[str, SeenItem] | None = None
) -> ListingPlan:
    """Decide which items are new or changed, and which need their page; an unchanged item needs nothing.

    `seen` is the memory of the items by guid, `articles` by the id of the article that they became.
    """
    first_look = not source.health.rhythm.updated_at
    ready: list[SelectedItem] = []
    pages: list[SelectedItem] = []
    listed: list[SeenItem] = []
    waiting = 0
    told_apart = identified if source.identity is None else _as_named
    for item, old in told_apart(feed.items, seen, articles or {}):
        mark = fingerprint(item)
        if old and old.fingerprint == mark and not 0 < old.tries < MOST_TRIES:
            if now - old.listed_at > _RELIST_AFTER:
                listed.append(replace(old, listed_at=now))
            continue
        new = replace(old, fingerprint=mark) if old else SeenItem(item.guid, item.entry.id, mark)
        chosen = SelectedItem(item, new, old.first_seen if old else None)
        (pages if needs_page(source, item) else ready).append(chosen)
    # Both lists run from oldest to newest, so that keys grow with time.
    if len(pages) > MOST_PAGES:
        older, pages = pages[:-MOST_PAGES], pages[-MOST_PAGES:]
        if first_look and source.kind != "feed":
            listed += [chosen.seen for chosen in older]  # what was there before the first look is not news
        else:
            waiting = len(older)
    return ListingPlan(tuple(ready), tuple(pages), tuple(listed), waiting)


def identified(
    items: Sequence[FeedItem], seen: Mapping[str, SeenItem], articles: Mapping[str, SeenItem]
) -> list[tuple[FeedItem, SeenItem | None]]:
    """Each item once, the last listed first, with its own name and article id, and what is remembered of it.

    If items with different titles share a guid or an address, it identifies none of them: the title is added to the
    name, and that is remembered for later polls. If the guid changes and the address does not, it is the same item.
    """
    titles: dict[str, set[str]] = {}
    for item in items:
        for name in {item.guid, item.entry.id}:
            titles.setdefault(name, set()).add(item.entry.title)
    found: dict[str, tuple[FeedItem, SeenItem | None]] = {}
    for item in reversed(items):
        entry, name = item.entry, item.guid
        if titled_guid(item) in seen or (len(titles[name]) > 1 and name not in seen):
            name = titled_guid(item)
        old = seen.get(name)
        taken = articles.get(entry.id)
        alone = len(titles[entry.id]) == 1 and _names_one_page(entry.id) and not name.startswith(f"{entry.id}#")
        if old is None and taken and alone:
            old = replace(taken, guid=name)
        if old is None and (taken or len(titles[entry.id]) > 1):
            entry = replace(entry, id=f"{entry.id}#{_short(name)}"[:1000])
        found[name] = replace(item, guid=name, entry=entry), old
    return list(found.values())


def named_by(feed: Feed, identity: ItemIdentity | None) -> Feed:
    """A feed with its items named by what the operator chose to tell them apart; unchanged without a choice.

    By `title`, an item whose title changes is another article; by `link` or `guid` it is the same one.
    """
    if identity is None or identity == "guid":
        return feed
    items = []
    for item in feed.items:
        entry, name = item.entry, item.entry.url or item.guid
        if identity == "title":
            name = f"title {entry.title}"[:1000]
            entry = replace(entry, id=f"{entry.id}#{_short(entry.title)}"[-1000:])
        items.append(replace(item, guid=name, entry=entry))
    return replace(feed, items=tuple(items))


def _as_named(
    items: Sequence[FeedItem], seen: Mapping[str, SeenItem], _: Mapping[str, SeenItem]
) -> list[tuple[FeedItem, SeenItem | None]]:
    """Each item once, by its name alone, the last listed first. Of two with the same name the first listed counts."""
    found = {item.guid: (item, seen.get(item.guid)) for item in reversed(items)}
    return list(found.values())


def _names_one_page(address: str) -> bool:
    """Whether an address is more than a site's home page. Careless feeds link every item to the home page."""
    parts = urlsplit(address)
    return bool(parts.path.strip("/") or parts.query)


def titled_guid(item: FeedItem) -> str:
    """The name of an item that shares its guid with other items of its source."""
    return f"{item.guid} {_short(item.entry.title)}"[-1000:]


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=6).hexdigest()


def needs_page(source: Source, item: FeedItem) -> bool:
    """Whether an item's page must be read: the item has no text, or only part of what we may show."""
    if item.entry.url is None:
        return False
    if source.kind == "channel":
        return False  # a post is its own page
    return source.kind != "feed" or not item.entry.body or (item.teaser and source.full_text)


def after_page(source: Source, chosen: SelectedItem, page: Entry | None) -> tuple[FeedItem | None, SeenItem]:
    """The item completed from its page, and what to remember of it; None if there is nothing to store yet.

    A page that cannot be read is tried in three polls. Meanwhile the feed's own text is used.
    """
    item, seen = chosen.item, chosen.seen
    if page is None:
        tries = seen.tries + 1
        enough = source.kind == "feed" or (source.kind == "sitemap" and item.entry.title and tries >= MOST_TRIES)
        return (item if enough else None), replace(seen, tries=tries)
    entry = item.entry
    merged = replace(
        entry,
        title=entry.title or page.title,
        body=max(entry.body, page.body, key=len),
        published=_finer(entry.published, page.published)
        if source.kind == "feed"
        else page.published or entry.published,
        tags=tuple(dict.fromkeys((*entry.tags, *page.tags))),
        cited=page.cited or entry.cited,
        views=page.views,
        image=page.image or entry.image,
        language=entry.language or page.language,
    )
    if source.kind == "page" and page.title:
        merged = replace(merged, title=page.title)
    return replace(item, entry=merged, teaser=False), replace(seen, tries=0)


def finish(source: Source, chosen: SelectedItem, now: int) -> Entry:
    """The entry to store: with its remembered id, its source's name and rights, and a checked date."""
    entry = chosen.item.entry
    first_look = not source.health.rhythm.updated_at
    seen_at = datetime.fromtimestamp(now if chosen.first_seen is None else chosen.first_seen, UTC)
    published = entry.published
    if published is None:
        # An undated item that appeared while we watched was published then. Those of the first look stay undated.
        published = None if first_look and chosen.first_seen is None else seen_at
    else:
        published = plausible_instant(published, now, seen_at)
    return replace(
        entry,
        id=chosen.seen.article,
        source=source.name,
        published=published,
        body=entry.body if source.full_text else lead_only(entry.body),
        cited=entry.cited or cited_in(entry.body),
    )


def with_topics(filed: FiledEntry, slugs: Sequence[str]) -> FiledEntry:
    """The article with the topics that all articles of its source have."""
    had = {topic.slug for topic in filed.topics}
    new = [slug for slug in slugs if slug in TOPICS and slug not in had]
    return replace(filed, topics=(*filed.topics, *map(Topic, new)))


def lead_only(body: str) -> str:
    """The first whole sentences of a text, at most 400 characters; a longer first sentence is cut."""
    if len(body) <= LONGEST_LEAD:
        return body
    kept = ""
    for sentence in sentences(body[: 2 * LONGEST_LEAD]):
        if len(kept) + len(sentence) >= LONGEST_LEAD:
            break
        kept = f"{kept} {sentence}".lstrip()
    return kept or body[: LONGEST_LEAD - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def fingerprint(item: FeedItem) -> str:
    """A hash of an item; it has changed if this differs. The date is left out: many feeds print the request's time."""
    entry = item.entry
    seen = (entry.title, entry.body, entry.url or "", entry.image or "", *entry.tags)
    return hashlib.blake2b("\x1f".join(seen).encode(errors="surrogatepass"), digest_size=12).hexdigest()


def _finer(ours: PublicationTime, theirs: PublicationTime) -> PublicationTime:
    """The more exact of two dates: an instant rather than a day, a day rather than none."""
    return ours if isinstance(ours, datetime) or theirs is None else theirs
