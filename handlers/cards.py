"""What a reader does with an article: opens it, saves it, reacts, wants less of it, asks why it came."""

from dataclasses import replace
from typing import Final, cast

from handlers.choosing import follow
from handlers.press import Deed, Press
from handlers.views import card, explain, render, stories
from handlers.views.actions import ListPlace, parse_place
from handlers.views.articles import Viewer, change_query
from handlers.views.card import CardState
from handlers.views.full_text import full_text
from handlers.views.screen import Screen, Shown, cut
from news.models import Article, QalaError, Subscriber, Subscription, Tastes
from news.stories import Story
from news.summary import summarize
from storage import Storage
from storage.tastes import Muting

_TITLE_UNITS: Final = 60
_SENTENCES: Final = 2
"""Of a card's summary: who wants more reads on with one tap, and a narrow phone shows the buttons too."""


async def existing(store: Storage, key: int) -> Article:
    """The article of a key. Raises QalaError where it is gone."""
    article = await store.articles.get(key)
    if article is None:
        raise QalaError("article-gone")
    return article


async def show_card(
    store: Storage,
    article: Article,
    subscriber: Subscriber,
    viewer: Viewer,
    back: ListPlace | None = None,
    query: str | None = None,
    opened_up: bool = False,
) -> Screen:
    """An article's card as this reader sees it."""
    story = await told(store, article)
    keys = [member.key for member in story.members] if story else [article.key]
    state = CardState(
        saved=await store.saved.has(subscriber.chat_id, article.key),
        opened_up=opened_up,
        reactions=await store.tastes.reactions(keys) if opened_up else {},
        reacted=await store.tastes.reacted(subscriber.chat_id, article.key) if opened_up else None,
        story=story,
        summary=" ".join(summarize(article.title, article.body, article.language, most=_SENTENCES)),
    )
    return card.card(article, viewer, back, query, state)


async def told(store: Storage, article: Article) -> Story | None:
    """The story of an article, None where nobody else tells it."""
    story = await store.stories.get(article.story) if article.story is not None else None
    return story if story is not None and len(story.members) > 1 else None


async def show_story(
    store: Storage, article: Article, subscriber: Subscriber, viewer: Viewer, back: ListPlace | None
) -> Screen:
    """Who tells the story: the first, the others, what came later. Raises QalaError where it is no story any more."""
    story = await told(store, article)
    if story is None:
        raise QalaError("error-stale-button")
    followed = bool(_following(subscriber, article))
    return stories.story(story, article.key, viewer.texts, viewer.zone, viewer.now, back, followed=followed)


async def track(store: Storage, article: Article, subscriber: Subscriber, *, on: bool) -> None:
    """Follow the story of an article, so that what is new in it comes with the digest; or follow it no more."""
    if not on:
        for one in _following(subscriber, article):
            await store.subscribers.unsubscribe(subscriber.chat_id, one)
    elif article.story is not None:
        title = cut(article.title, _TITLE_UNITS)
        await follow(store, subscriber, Subscription("story", f"{article.story} {title}"))


def _following(subscriber: Subscriber, article: Article) -> list[Subscription]:
    return [
        one
        for one in subscriber.subscriptions
        if one.kind == "story" and one.value.partition(" ")[0] == str(article.story)
    ]


async def show_text(
    store: Storage,
    article: Article,
    number: int,
    subscriber: Subscriber,
    viewer: Viewer,
    back: ListPlace | None,
    query: str | None,
    *,
    whole: bool = False,
) -> Shown:
    """A page of an article's text, or the `whole`; reading its first page tunes the reader's digest a little."""
    if number == 0 and not whole:
        await store.tastes.opened(subscriber.chat_id, [topic.slug for topic in article.topics[:2]])
    return full_text(article, number, viewer, back, query, whole=whole)


async def mute(
    store: Storage,
    article: Article,
    kind: Muting,
    subscriber: Subscriber,
    viewer: Viewer,
    back: ListPlace | None,
    *,
    on: bool,
) -> Screen:
    """Want no more of an article's topic, source or story; or want it again."""
    value = {
        "topic": article.topics[0].slug if article.topics else "",
        "source": article.source or "",
        "story": str(article.story or ""),
    }[kind]
    if not value:
        raise QalaError("error-stale-button")
    if on:
        await store.tastes.mute(subscriber.chat_id, kind, value)
    else:
        await store.tastes.unmute(subscriber.chat_id, kind, value)
    return explain.muted(article, kind, viewer.texts, back, on=on)


async def why(
    store: Storage, article: Article, subscriber: Subscriber, viewer: Viewer, back: ListPlace | None
) -> Screen:
    """Why this article: its topics with the words that earned them, and what the reader follows."""
    tastes: Tastes = await store.tastes.of(subscriber.chat_id)
    return explain.why(article, subscriber, tastes, viewer.texts, back)


async def _open(press: Press) -> Screen:
    article, back = await _pressed(press)
    return await show_card(press.store, article, press.subscriber, press.viewer, back, press.query)


async def _card(press: Press) -> Screen | None:
    """An article of a digest: its card comes below, the digest stays."""
    article = await existing(press.store, int(press.arguments[0]))
    screen = await show_card(press.store, article, press.subscriber, press.viewer)
    if press.callback.message is not None:
        await render.answer(press.callback.message, screen)
    return None


async def _more(press: Press) -> Screen:
    article, back = await _pressed(press)
    return await show_card(press.store, article, press.subscriber, press.viewer, back, press.query, opened_up=True)


async def _read(press: Press) -> Shown:
    article, back = await _pressed(press)
    number = int(press.arguments[1])
    return await show_text(press.store, article, number, press.subscriber, press.viewer, back, press.query)


async def _whole(press: Press) -> Shown:
    article, back = await _pressed(press)
    return await show_text(press.store, article, 0, press.subscriber, press.viewer, back, press.query, whole=True)


async def _save(press: Press) -> Screen:
    article, back = await _pressed(press)
    if press.arguments[1] == "1":
        await press.store.saved.add(press.subscriber.chat_id, article.key, press.viewer.now)
    else:
        await press.store.saved.remove(press.subscriber.chat_id, article.key)
    return await show_card(press.store, article, press.subscriber, press.viewer, back, press.query)


async def _react(press: Press) -> Screen:
    article, back = await _pressed(press)
    await press.store.tastes.react(press.subscriber.chat_id, article.key, press.arguments[1])
    return await show_card(press.store, article, press.subscriber, press.viewer, back, press.query, opened_up=True)


async def _less(press: Press) -> Screen:
    article, back = await _pressed(press)
    return _found(press, explain.less(article, press.viewer.texts, back))


async def _mute(press: Press) -> Screen:
    article, back = await _pressed(press)
    kind, on = cast("Muting", press.arguments[1]), press.arguments[2] == "1"
    return _found(press, await mute(press.store, article, kind, press.subscriber, press.viewer, back, on=on))


async def _why(press: Press) -> Screen:
    article, back = await _pressed(press)
    return _found(press, await why(press.store, article, press.subscriber, press.viewer, back))


async def _story(press: Press) -> Screen:
    article, back = await _pressed(press)
    return _found(press, await show_story(press.store, article, press.subscriber, press.viewer, back))


async def _track(press: Press) -> Screen:
    article, back = await _pressed(press)
    await track(press.store, article, press.subscriber, on=press.arguments[1] == "1")
    changed = await press.store.subscribers.get(press.subscriber.chat_id) or press.subscriber
    return _found(press, await show_story(press.store, article, changed, press.viewer, back))


def _found(press: Press, screen: Screen) -> Screen:
    """The screen with the words its list was found by: they stand on a button, else there is no way back to it."""
    if not press.query:
        return screen
    return replace(screen, rows=(*screen.rows, (change_query(press.viewer.texts, press.query),)))


async def _pressed(press: Press) -> tuple[Article, ListPlace | None]:
    """The article a button names first, the list it names last."""
    return await existing(press.store, int(press.arguments[0])), parse_place(press.arguments[-1])


DEEDS: Final[dict[str, Deed]] = {
    "open": _open,
    "card": _card,
    "more": _more,
    "read": _read,
    "whole": _whole,
    "save": _save,
    "react": _react,
    "less": _less,
    "mute": _mute,
    "why": _why,
    "story": _story,
    "track": _track,
}
