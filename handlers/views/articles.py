"""Articles in lists, and facts and names that all views of an article show."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Generic, TypeGuard, TypeVar
from zoneinfo import ZoneInfo

from handlers.views.actions import ListPlace, act, placed
from handlers.views.dates import ago_text, published_text
from handlers.views.fitting import LINE_PX, TEXT_PX, Room, fitted, shortened
from handlers.views.screen import Button, ButtonRows, Screen, cut, grid
from locales import Html, Texts, escape
from news.models import Article, Page
from news.subject import places, topics
from news.text.clean import is_public_address

# Names of topics and places. What an operator, a file or an older version wrote may be none of ours.

log = logging.getLogger("qala.views")


def topic_name(slug: str, language: str) -> str | None:
    """The topic's name in a language; None for a slug that is no topic, which is logged once."""
    if slug in topics.TOPICS:
        return topics.name(slug, language)
    _say(slug)
    return None


def language_name(code: str, texts: Texts) -> Html | None:
    """«на казахском»; None for a language without such a text."""
    key = f"in-language-{code}"
    return texts(key) if texts.has(key) else None


def place_name(slug: str | None, language: str) -> str | None:
    """The place's name in a language; None if there is none or it is no place of ours."""
    try:
        return places.name(slug, language) if slug else None
    except KeyError:
        return None


def topic_names(slugs: Iterable[str], language: str) -> list[str]:
    """The names of those that are topics, in order."""
    return [name for slug in slugs if (name := topic_name(slug, language)) is not None]


@lru_cache(1000)
def _say(slug: str) -> None:
    log.warning("%.60r is no topic: it is left out of what is shown", slug)


TITLE_UNITS = 250
SOURCE_UNITS = 80
_WORDS_A_MINUTE = 160
_QUARTER = 900
_TWO_LINES_PX = 2 * LINE_PX - 50
"""Pixels for a list's headline in two lines, without its number and what a line break loses."""
_ROOM_FOR_MORE = " " * 200
"""Stands for what a view may still say around a list."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom a message is made: their texts and zone, the moment (UTC seconds), whether pictures are shown.

    `private`: one reader sees it, so a way to their home screen makes sense. `in_group`: many see it, so a reader's own
    things (saved, reactions, interests) are not offered. `city` is the slug of their city.
    """

    texts: Texts
    zone: ZoneInfo
    now: int
    username: str = ""
    pictures: bool = True
    rich: bool = False
    is_admin: bool = False
    private: bool = False
    in_group: bool = False
    city: str | None = None

    @staticmethod
    def at(seconds: int) -> datetime:
        """UTC seconds as an instant."""
        return datetime.fromtimestamp(seconds, UTC)


T = TypeVar("T")


class KeptViews(Generic[T]):
    """A cache of what was made of articles, for viewers with the same texts, zone and moment.

    A changed article is another key. Texts of articles are not kept. The longest unused is dropped.
    """

    def __init__(self, make: Callable[[Article, Viewer], T], most: int) -> None:
        self._make, self._most = make, most
        self._made: OrderedDict[tuple[int, int, Viewer], T] = OrderedDict()

    def get(self, article: Article, viewer: Viewer) -> T:
        """What is made of an article for this viewer."""
        key = (article.key, hash(article), viewer)
        if (found := self._made.get(key)) is None:
            found = self._made[key] = self._make(article, viewer)
            if len(self._made) > self._most:
                self._made.popitem(last=False)
        else:
            self._made.move_to_end(key)
        return found


def meta_line(article: Article, viewer: Viewer, *, ago: bool = False) -> Html:
    """Source and time: «Горожанин» · сегодня, 06:40 · на казахском; with `ago` «3 часа назад»."""
    texts = viewer.texts
    parts = [texts("quoted-source", source=cut(article.source, SOURCE_UNITS))] if article.source else []
    when = (ago_text if ago else published_text)(article.published, texts, viewer.zone, viewer.now)
    parts += [escape(when)] if when else []
    if article.language != texts.language and (other := language_name(article.language, texts)):
        parts.append(other)
    return Html(" · ".join(parts))


def facts_line(article: Article, viewer: Viewer, *, ago: bool = False) -> Html:
    """Source, time, minutes to read, number of views."""
    texts = viewer.texts
    parts = [meta_line(article, viewer, ago=ago)]
    if tells_more(article):
        parts.append(texts("minutes-to-read", minutes=minutes_to_read(article)))
    if article.views:
        parts.append(texts("views", count=article.views))
    return Html(" · ".join(part for part in parts if part))


def head(article: Article, viewer: Viewer, *, ago: bool = False) -> Html:
    """An article's title with the facts below it."""
    return Html(f"<b>{escape(cut(article.title, TITLE_UNITS))}</b>\n{facts_line(article, viewer, ago=ago)}")


def _list_line(article: Article, shared: Viewer) -> Html:
    """An article's headline and the line under it, the same for all with these texts in a zone: it tells the day, which
    begins with a quarter of an hour in every zone.
    """
    told = escape(shortened(article.title, _TWO_LINES_PX, TEXT_PX))
    return Html(f"<b>{told}</b>\n{meta_line(article, shared)}")


_listed = KeptViews(_list_line, 2048)


def listing(
    title: Html, page: Page[Article], viewer: Viewer, place: ListPlace, heads: Mapping[int, Html] | None = None
) -> Screen:
    """A page of a list: each article's title, source and date, a number to open it, and the way to the next page.

    `heads` are headings by the number of the first article under each.
    """
    texts, above = viewer.texts, heads or {}

    shared = Viewer(texts, viewer.zone, viewer.now // _QUARTER * _QUARTER)

    def line(number: int, article: Article) -> Html:
        head = f"{above[number]}\n" if number in above else ""
        return Html(f"{head}{number}. {_listed.get(article, shared)}")

    room = Room()
    room.take(title + _ROOM_FOR_MORE)
    lines = fitted(page.items, line, room)
    blocks = [title, *(text for _, text in lines)]
    numbers = [
        Button(str(number), placed("open", article.key, place=place)) for number, (article, _) in enumerate(lines, 1)
    ]
    steps = []
    if place.cursor:
        steps.append(Button(texts.plain("button-first-page"), act("list", ListPlace(place.kind, place.topic).pack())))
    if page.next:
        further = ListPlace(place.kind, place.topic, page.next)
        steps.append(Button(texts.plain("button-next"), act("list", further.pack())))
    rows = list(grid(numbers, 5 if len(numbers) != 6 else 3))
    rows += [tuple(steps)] if steps else []
    return Screen(Html("\n\n".join(blocks)), tuple(rows))


def home_buttons(viewer: Viewer) -> tuple[Button, ...]:
    """The way home for one reader; nothing in a group."""
    return (Button(viewer.texts.plain("button-home"), act("home")),) if viewer.private else ()


def row_of(*buttons: Button) -> ButtonRows:
    """These buttons as a row; no row without buttons."""
    return (buttons,) if buttons else ()


def change_query(texts: Texts, query: str) -> Button:
    """A button back to what was typed. It carries the words, for which no other button has room."""
    return Button(texts.plain("button-change-query"), here=query)


def is_link(url: str | None) -> TypeGuard[str]:
    """Whether an address may stand on a button."""
    return bool(url) and is_public_address(url or "")


def tells_more(article: Article) -> bool:
    """Whether there is more text than the lead; a source without the right to full texts has none."""
    return len(article.body) > len(article.lead) + 40


def minutes_to_read(article: Article) -> int:
    """Whole minutes to read the text, at least one."""
    return max(1, round(len(article.body.split()) / _WORDS_A_MINUTE))
