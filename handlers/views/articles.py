"""Articles as messages: the card, lists, the whole text in pages, and what inline search shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handlers.views.actions import ListPlace, act
from handlers.views.dates import published_text
from handlers.views.screen import Button, Rows, Screen, cut
from locales import Html, Texts, escape
from news import topics
from news.models import Article, Page

PAGE_SIZE = 5
_READ_UNITS = 3400
_TITLE_UNITS = 250
_LEAD_UNITS = 420


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom a message is made: their texts, zone, and the moment (UTC seconds)."""

    texts: Texts
    zone: ZoneInfo
    now: int
    username: str = ""
    is_admin: bool = False


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


def card(article: Article, viewer: Viewer, back: ListPlace | None = None, query: str | None = None) -> Screen:
    """One article: title, source and date, lead, tags, and what can be done with it."""
    texts = viewer.texts
    title = Html(f"<b>{escape(cut(article.title, _TITLE_UNITS))}</b>")
    lines = [title, meta_line(article, viewer)]
    if article.lead:
        lines += [Html(""), escape(cut(article.lead, _LEAD_UNITS))]
    labels = [topics.name(topic.slug, texts.language) for topic in article.topics[:3]]
    tags = [hashtag(tag) for tag in dict.fromkeys([*labels, *article.tags[:5]])]
    if tags:
        lines += [Html(""), escape(" ".join(tags))]
    rows: list[tuple[Button, ...]] = []
    first = []
    if article.body:
        first.append(Button(texts.plain("button-read"), act("read", article.key, 0, back.pack() if back else "")))
    if is_link(article.url):
        first.append(Button(texts.plain("button-site"), url=article.url))
    rows += [tuple(first)] if first else []
    rows.append((Button(texts.plain("button-share"), share=f"a_{article.key}"),))
    if viewer.is_admin:
        rows.append((Button(texts.plain("button-hide"), act("hide", article.key)),))
    return Screen(Html("\n".join(lines)), (*rows, *_back_rows(texts, back, query)), article.url)


def reading(article: Article, number: int, viewer: Viewer, back: ListPlace | None, query: str | None) -> Screen:
    """A page of the whole text, always with the source and a link."""
    texts = viewer.texts
    pages = split_text(article.body, _READ_UNITS)
    number = min(number, len(pages) - 1)
    place = back.pack() if back else ""
    head = f"<b>{escape(cut(article.title, _TITLE_UNITS))}</b>\n{meta_line(article, viewer)}\n\n"
    tail = f"\n\n{texts('page-of', page=number + 1, pages=len(pages))}" if len(pages) > 1 else ""
    steps = []
    if number:
        steps.append(Button(texts.plain("button-previous"), act("read", article.key, number - 1, place)))
    if number + 1 < len(pages):
        steps.append(Button(texts.plain("button-next"), act("read", article.key, number + 1, place)))
    rows: list[tuple[Button, ...]] = [tuple(steps)] if steps else []
    last = [Button(texts.plain("button-back"), act("open", article.key, place))]
    if is_link(article.url):
        last.append(Button(texts.plain("button-site"), url=article.url))
    rows.append(tuple(last))
    if query:
        rows.append((Button(texts.plain("button-change-query"), here=query),))
    return Screen(Html(f"{head}{escape(pages[number])}{tail}"), tuple(rows))


def listing(title: Html, page: Page[Article], viewer: Viewer, place: ListPlace, query: str | None = None) -> Screen:
    """A page of a list: each article's title, source and date, a number to open it, and the way to the next page."""
    texts = viewer.texts
    blocks = [title]
    for number, article in enumerate(page.items, 1):
        blocks.append(
            Html(f"{number}. <b>{escape(cut(article.title, _TITLE_UNITS))}</b>\n{meta_line(article, viewer)}")
        )
    numbers = tuple(
        Button(str(number), act("open", article.key, place.pack())) for number, article in enumerate(page.items, 1)
    )
    steps = []
    if place.cursor:
        steps.append(Button(texts.plain("button-first-page"), act("list", ListPlace(place.kind, place.topic).pack())))
    if page.next:
        further = ListPlace(place.kind, place.topic, page.next)
        steps.append(Button(texts.plain("button-next"), act("list", further.pack())))
    rows: list[tuple[Button, ...]] = [numbers] if numbers else []
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
    return Screen(own.html, (tuple(buttons),) if buttons else (), article.url)


def inline_description(article: Article, viewer: Viewer) -> str:
    """The second line of an inline result."""
    when = published_text(article.published, viewer.texts, viewer.zone, viewer.now)
    return cut(" · ".join(part for part in (article.source, when, article.lead) if part), 160)


def split_text(text: str, units: int) -> list[str]:
    """Plain text in pages of at most so many UTF-16 units: at paragraphs, else at words, never inside a character."""
    pages: list[str] = []
    current = ""
    for paragraph in text.split("\n"):
        for piece in _pieces(paragraph, units):
            joined = f"{current}\n\n{piece}" if current else piece
            if len(joined.encode("utf-16-le", "surrogatepass")) // 2 <= units:
                current = joined
            else:
                pages.append(current)
                current = piece
    return [*pages, current] if current or not pages else pages


def is_link(url: str | None) -> bool:
    """Whether an address may stand on a button."""
    return bool(url) and url.startswith(("http://", "https://")) and "." in url.split("/")[2]  # type: ignore[union-attr]


def _pieces(paragraph: str, units: int) -> Sequence[str]:
    pieces: list[str] = []
    current = ""
    for word in paragraph.split(" "):
        for start in range(0, max(len(word), 1), units // 2):
            part = word[start : start + units // 2]
            joined = f"{current} {part}" if current else part
            if len(joined.encode("utf-16-le", "surrogatepass")) // 2 <= units:
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
