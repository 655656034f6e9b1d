"""Articles as messages: the card, lists, the whole text in pages, and what inline search shows."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeGuard
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from handlers.views import stories
from handlers.views.actions import ListPlace, act, placed
from handlers.views.dates import published_text
from handlers.views.screen import Button, RichScreen, Rows, Screen, Shown, cut, grid, utf16_length
from locales import Html, Texts, escape
from news import topics
from news.models import LANGUAGES, Article, Page
from news.stories import Story

PAGE_SIZE = 5
REACTIONS = ("like", "sorry", "outrage")
_READ_UNITS = 3400
_RICH_CHARACTERS = 24_000
_RICH_PARAGRAPHS = 400
_OPEN_PARAGRAPHS = 8
_TITLE_UNITS = 250
_LEAD_UNITS = 600
_WORDS_A_MINUTE = 160


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom a message is made: their texts, zone, the moment (UTC seconds); whether pictures are shown."""

    texts: Texts
    zone: ZoneInfo
    now: int
    username: str = ""
    pictures: bool = True
    rich: bool = False
    is_admin: bool = False

    @staticmethod
    def at(seconds: int) -> datetime:
        """UTC seconds as an instant."""
        return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, slots=True)
class CardState:
    """What a reader did with an article and what is known of its story.

    `story` is None for an article that nobody else tells; an empty `summary` leaves the article's lead in its place.
    """

    saved: bool = False
    opened_up: bool = False
    reactions: Mapping[str, int] = field(default_factory=dict)
    story: Story | None = None
    summary: str = ""


PLAIN = CardState()


def hashtag(tag: str) -> str:
    """A tag as Telegram links it: letters, digits and _ alone."""
    return "#" + "".join(letter if letter.isalnum() else "_" for letter in tag).strip("_")


def meta_line(article: Article, viewer: Viewer) -> Html:
    """Where from and when: «Горожанин» · сегодня, 06:40 · на казахском."""
    texts = viewer.texts
    parts = [texts("quoted-source", source=article.source)] if article.source else []
    when = published_text(article.published, texts, viewer.zone, viewer.now)
    parts += [escape(when)] if when else []
    if article.language != texts.language:
        parts.append(texts(f"in-language-{article.language}"))
    return Html(" · ".join(parts))


def card(
    article: Article,
    viewer: Viewer,
    back: ListPlace | None = None,
    query: str | None = None,
    state: CardState = PLAIN,
) -> Screen:
    """One article: title, source and date, lead, tags, and what can be done with it."""
    texts = viewer.texts
    blocks = [Html(f"<b>{escape(cut(article.title, _TITLE_UNITS))}</b>\n{_facts(article, viewer)}")]
    if said := state.summary or article.lead:
        blocks.append(escape(cut(said, _LEAD_UNITS)))
    if state.story is not None:
        blocks.append(stories.summary_line(state.story, texts))
    if tags := _tags(article, texts):
        blocks.append(escape(tags))
    rows = _card_rows(article, texts, back, state)
    if viewer.is_admin:
        rows.append((Button(texts.plain("button-hide"), act("hide", article.key)),))
    return Screen(Html("\n\n".join(blocks)), (*rows, *_back_rows(texts, back, query)), _preview(article, viewer))


def reading(article: Article, number: int, viewer: Viewer, back: ListPlace | None, query: str | None) -> Shown:
    """The whole text, always with the source and a link: one rich message, or a page of plain text."""
    texts = viewer.texts
    if viewer.rich and len(article.body) <= _RICH_CHARACTERS:
        return RichScreen(_rich(article, viewer), _reading_rows(article, [], texts, back, query))
    pages = split_text(article.body, _READ_UNITS)
    number = min(number, len(pages) - 1)
    head = f"<b>{escape(cut(article.title, _TITLE_UNITS))}</b>\n{_facts(article, viewer)}\n\n"
    tail = f"\n\n{texts('page-of', page=number + 1, pages=len(pages))}" if len(pages) > 1 else ""
    steps = []
    if number:
        steps.append(Button(texts.plain("button-previous"), placed("read", article.key, number - 1, place=back)))
    if number + 1 < len(pages):
        steps.append(Button(texts.plain("button-next"), placed("read", article.key, number + 1, place=back)))
    return Screen(Html(f"{head}{escape(pages[number])}{tail}"), _reading_rows(article, steps, texts, back, query))


def listing(title: Html, page: Page[Article], viewer: Viewer, place: ListPlace, query: str | None = None) -> Screen:
    """A page of a list: each article's title, source and date, a number to open it, and the way to the next page."""
    texts = viewer.texts
    blocks = [title]
    for number, article in enumerate(page.items, 1):
        blocks.append(
            Html(f"{number}. <b>{escape(cut(article.title, _TITLE_UNITS))}</b>\n{meta_line(article, viewer)}")
        )
    numbers = [
        Button(str(number), placed("open", article.key, place=place)) for number, article in enumerate(page.items, 1)
    ]
    steps = []
    if place.cursor:
        steps.append(Button(texts.plain("button-first-page"), act("list", ListPlace(place.kind, place.topic).pack())))
    if page.next:
        further = ListPlace(place.kind, place.topic, page.next)
        steps.append(Button(texts.plain("button-next"), act("list", further.pack())))
    rows = list(grid(numbers, 5 if len(numbers) != 6 else 3))
    rows += [tuple(steps)] if steps else []
    if query:
        rows.append((Button(texts.plain("button-change-query"), here=query),))
    return Screen(Html("\n\n".join(blocks)), tuple(rows))


def shared_card(article: Article, viewer: Viewer) -> Screen:
    """The card that inline search leaves in somebody else's chat: finished, with ways to the article and to the bot."""
    own = card(article, viewer)
    texts = viewer.texts
    buttons = [Button(texts.plain("button-site"), url=article.url)] if is_link(article.url) else []
    if viewer.username:
        link = f"https://t.me/{viewer.username}?start=a_{article.key}"
        buttons.append(Button(texts.plain("button-open-in-bot"), url=link))
    return Screen(own.html, (tuple(buttons),) if buttons else (), own.preview)


def inline_description(article: Article, viewer: Viewer) -> str:
    """The second line of an inline result."""
    when = published_text(article.published, viewer.texts, viewer.zone, viewer.now)
    return cut(" · ".join(part for part in (article.source, when, article.lead) if part), 160)


def less(article: Article, texts: Texts) -> Screen:
    """What exactly a reader wants less of."""
    choices = []
    if article.topics:
        name = topics.name(article.topics[0].slug, texts.language)
        choices.append(Button(texts.plain("less-topic", name=name), act("mute", article.key, "topic", 1)))
    if article.source:
        choices.append(
            Button(texts.plain("less-source", name=cut(article.source, 30)), act("mute", article.key, "source", 1))
        )
    if article.story is not None:
        choices.append(Button(texts.plain("less-story"), act("mute", article.key, "story", 1)))
    rows = tuple((choice,) for choice in choices)
    return Screen(texts("less-of-what"), (*rows, (Button(texts.plain("button-back"), act("open", article.key, "")),)))


def split_text(text: str, units: int) -> list[str]:
    """Plain text in pages of at most so many UTF-16 units: at paragraphs, else at words, never inside a character."""
    pages: list[str] = []
    current = ""
    for paragraph in text.split("\n"):
        for piece in _pieces(paragraph, units):
            joined = f"{current}\n\n{piece}" if current else piece
            if utf16_length(joined) <= units:
                current = joined
            else:
                pages.append(current)
                current = piece
    return [*pages, current] if current or not pages else pages


def is_link(url: str | None) -> TypeGuard[str]:
    """Whether an address may stand on a button."""
    if not url or not url.startswith(("http://", "https://")):
        return False
    return "." in (urlsplit(url).hostname or "")


def tells_more(article: Article) -> bool:
    """Whether the text goes on after the lead: a source that allows no more than its lead has nothing to read here."""
    return len(article.body) > len(article.lead) + 40


def minutes_to_read(article: Article) -> int:
    """Whole minutes the text takes, one at least."""
    return max(1, round(len(article.body.split()) / _WORDS_A_MINUTE))


def _reading_rows(
    article: Article, steps: Sequence[Button], texts: Texts, back: ListPlace | None, query: str | None
) -> Rows:
    rows: list[tuple[Button, ...]] = [tuple(steps)] if steps else []
    last = [Button(texts.plain("button-back"), placed("open", article.key, place=back))]
    if is_link(article.url):
        last.append(Button(texts.plain("button-site"), url=article.url))
    rows.append(tuple(last))
    if query:
        rows.append((Button(texts.plain("button-change-query"), here=query),))
    return tuple(rows)


def _rich(article: Article, viewer: Viewer) -> Html:
    """Heading, picture, paragraphs; what is long is folded away behind «Жалғасы»."""
    paragraphs = [f"<p>{escape(one)}</p>" for one in article.body.split("\n") if one.strip()][:_RICH_PARAGRAPHS]
    shown, folded = paragraphs[:_OPEN_PARAGRAPHS], paragraphs[_OPEN_PARAGRAPHS:]
    parts = [f"<h3>{escape(article.title)}</h3>", f"<p><i>{_facts(article, viewer)}</i></p>"]
    if viewer.pictures and is_link(article.image):
        parts.append(f'<img src="{html.escape(article.image)}"/>')
    parts += shown
    if folded:
        parts.append(f"<details><summary>{viewer.texts('read-on')}</summary>{''.join(folded)}</details>")
    if is_link(article.url):
        host = escape(urlsplit(article.url).hostname or "")
        parts.append(f'<footer><a href="{html.escape(article.url)}">{host}</a></footer>')
    return Html("".join(parts))


def _facts(article: Article, viewer: Viewer) -> Html:
    texts = viewer.texts
    parts = [meta_line(article, viewer)]
    if tells_more(article):
        parts.append(texts("minutes-to-read", minutes=minutes_to_read(article)))
    if article.views:
        parts.append(texts("views", count=article.views))
    return Html(" · ".join(part for part in parts if part))


def _tags(article: Article, texts: Texts) -> str:
    labels = [topics.name(topic.slug, texts.language) for topic in article.topics[:3]]
    tags = {hashtag(tag).casefold(): hashtag(tag) for tag in reversed([*labels, *article.tags[:5]])}
    return " ".join(tag for tag in reversed(tags.values()) if tag != "#")


def _preview(article: Article, viewer: Viewer) -> str | None:
    return article.url if viewer.pictures and is_link(article.url) else None


def _card_rows(article: Article, texts: Texts, back: ListPlace | None, state: CardState) -> list[tuple[Button, ...]]:
    key = article.key
    first = []
    if tells_more(article):
        first.append(Button(texts.plain("button-read"), placed("read", key, 0, place=back)))
    if is_link(article.url):
        first.append(Button(texts.plain("button-site"), url=article.url))
    keep = texts.plain("button-unsave" if state.saved else "button-save")
    rows: list[tuple[Button, ...]] = [tuple(first)] if first else []
    rows.append(
        (
            Button(keep, placed("save", key, int(not state.saved), place=back)),
            Button(texts.plain("button-share"), share=f"a_{key}"),
        )
    )
    rows += _story_rows(texts, key, back, state)
    if not state.opened_up:
        return [*rows, (Button(texts.plain("button-more"), placed("more", key, place=back)),)]
    reactions = [
        Button(
            _counted(texts.plain(f"reaction-{name}"), state.reactions.get(name, 0)),
            placed("react", key, name, place=back),
        )
        for name in REACTIONS
    ]
    less_of = Button(texts.plain("button-less"), act("less", key))
    why = Button(texts.plain("button-why"), placed("why", key, place=back))
    return [*rows, tuple(reactions[:2]), (reactions[2], less_of), (why,)]


def _story_rows(texts: Texts, key: int, back: ListPlace | None, state: CardState) -> list[tuple[Button, ...]]:
    if state.story is None:
        return []
    row = [Button(texts.plain("button-sources"), placed("story", key, place=back))]
    own = next((member.language for member in state.story.members if member.key == key), "")
    for language in LANGUAGES:
        other = state.story.in_language(language)
        if other is not None and language != own:
            row.append(Button(texts.plain(f"button-version-{language}"), placed("open", other.key, place=back)))
    return [tuple(row)]


def _counted(label: str, count: int) -> str:
    return f"{label} · {count}" if count else label


def _pieces(paragraph: str, units: int) -> Sequence[str]:
    pieces: list[str] = []
    current = ""
    for word in paragraph.split(" "):
        for start in range(0, max(len(word), 1), units // 2):
            part = word[start : start + units // 2]
            joined = f"{current} {part}" if current else part
            if utf16_length(joined) <= units:
                current = joined
            else:
                pieces.append(current)
                current = part
    return [*pieces, current] if current.strip() else pieces


def _back_rows(texts: Texts, back: ListPlace | None, query: str | None) -> Rows:
    if back is None:
        return ()
    row = [Button(texts.plain("button-back"), act("list", back.pack()))]
    if query:
        row.append(Button(texts.plain("button-change-query"), here=query))
    return (tuple(row),)
