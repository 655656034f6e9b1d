"""A digest as one message: a lead story with its picture, one's own city, headlines; the rest page by page in place."""

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.views.actions import act
from handlers.views.articles import SOURCE_UNITS, Viewer, is_link, language_name, place_name, tells_more
from handlers.views.dates import day_text, local_time, published_text, weekday_text
from handlers.views.fitting import LINE_PX, TEXT_PX, Room, fitted, rich_room, shortened, width
from handlers.views.screen import Button, ButtonRows, RichScreen, Screen, cut, grid
from locales import Html, Texts, escape
from news.digests.bulletin import ExchangeRates, forecast_of, parse_forecasts, parse_rates
from news.digests.digest import Digest
from news.models import Article
from news.subject import places, topics
from news.subject.places import COORDINATES
from news.text.clean import file_of, is_public_address
from news.text.sentences import short_sentences
from news.timetable import ON_TIME_SECONDS, edition_slot, local_day, minute_of, part_of_day

FIRST = {"plain": 5, "rich": 4}
"""Headlines of the first page below its lead: as many as fit into 900 px on a screen 360 px wide."""
LATER = 8
"""Headlines of each later page."""
SENTENCE = 110
"""The longest sentence under a headline, in characters; a longer one is left out, never cut."""
_NEAR_FIRST, _DEVELOPED_FIRST = 3, 2
_TITLE_UNITS = 250
_NOTE_UNITS = 400
"""Characters reserved for the headings of groups and the note at the end."""
_TWO_LINES_PX, _FOLDED_PX = 2 * LINE_PX - 70, 2 * LINE_PX - 90
"""Pixels for a headline with its source in two lines, without its number, mark and what a line break loses."""
_SOURCE_PX = 110
_IN_A_ROW = 8


@dataclass(frozen=True, slots=True)
class DigestHeading:
    """The first lines of a message: the edition's title, as of when it is where it is late, weather and rates."""

    title: Html
    as_of: Html | None = None
    facts: Html | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _DigestLine:
    """A headline, the mark before it, and the heading it stands under, if any; `said` are its words."""

    number: int
    group: str
    mark: str
    article: Article
    said: str


def heading(edition: str, days: int, made_at: int, viewer: Viewer, sent_at: int | None = None) -> DigestHeading:
    """The heading of an edition of the ledger, made at `made_at` and sent at `sent_at` (UTC seconds; None: at once)."""
    texts = viewer.texts
    slot = edition_slot(edition, viewer.zone)
    day = weekday_text(local_day(slot.at, viewer.zone), texts.language)
    title = texts(f"edition-{part_of_day(minute_of(edition), days)}", day=day)
    if max(made_at, sent_at or 0) - slot.at <= ON_TIME_SECONDS:
        return DigestHeading(title)
    when = published_text(viewer.at(made_at), texts, viewer.zone, viewer.now)
    return DigestHeading(title, texts("edition-as-of", time=when or ""))


def preview_heading(viewer: Viewer) -> DigestHeading:
    """The heading of a preview."""
    day = weekday_text(local_day(viewer.now, viewer.zone), viewer.texts.language)
    return DigestHeading(viewer.texts("digest-title-preview", day=day))


def plain(
    made: Digest, head: DigestHeading, viewer: Viewer, name: str, page: int = 0, *, preview: bool = False
) -> Screen:
    """A page of the plain form. `name` is the digest's in buttons (`handlers.digest`); page 0 has the lead."""
    texts = viewer.texts
    groups = [_head(head) if page == 0 else texts("edition-continued", title=head.title)]
    room = Room()
    room.take(groups[0] + " " * _NOTE_UNITS)
    if page == 0 and made.lead:
        groups += [shown for _, shown in fitted([made.lead], lambda _, one: _lead(made, one, viewer), room)]
    kept = dict(fitted(_page(made, page, FIRST["plain"]), lambda _, line: _headline(line, viewer), room))
    lines = list(kept)
    for group, members in _grouped(lines):
        told = "\n".join(kept[line] for line in members)
        groups.append(Html(f"<b>{_group_name(group, made, texts)}</b>\n{told}" if group else told))
    if note := _note(made, texts, preview=preview and page == 0, last=page + 1 == pages(made, "plain")):
        groups.append(note)
    picture = made.lead.image if page == 0 and made.lead and _is_shown(made.lead, viewer) else None
    return Screen(Html("\n\n".join(groups)), _rows(made, lines, viewer, name, page, "plain"), picture=picture)


def rich(
    made: Digest, head: DigestHeading, viewer: Viewer, name: str, page: int = 0, *, preview: bool = False
) -> RichScreen:
    """A page of the rich form. Each headline is folded, with its sentence, reading and saving inside."""
    texts = viewer.texts
    blocks = [_rich_head(head) if page == 0 else Html(f"<p>{texts('edition-continued', title=head.title)}</p>")]
    room = rich_room()
    room.take(blocks[0] + " " * _NOTE_UNITS)
    if page == 0 and made.lead:
        blocks += [shown for _, shown in fitted([made.lead], lambda _, one: _rich_lead(made, one, viewer), room)]
    kept = dict(fitted(_page(made, page, FIRST["rich"]), lambda _, line: _folded(line, viewer), room))
    for group, members in _grouped(list(kept)):
        blocks += [Html(f"<h4>{_group_name(group, made, texts)}</h4>")] if group else []
        blocks += [kept[line] for line in members]
    if note := _note(made, texts, preview=preview and page == 0, last=page + 1 == pages(made, "rich")):
        blocks.append(Html(f"<footer>{note}</footer>".replace("\n", "<br/>")))
    return RichScreen(Html("".join(blocks)), _rows(made, (), viewer, name, page, "rich"))


def shown(
    made: Digest, head: DigestHeading, viewer: Viewer, name: str, form: str, page: int = 0, *, preview: bool = False
) -> Screen | RichScreen:
    """A page in the form that the reader chose."""
    return (rich if form == "rich" else plain)(made, head, viewer, name, page, preview=preview)


def nothing_new(head: DigestHeading, viewer: Viewer) -> Screen:
    """One line that says that nothing is new."""
    return Screen(Html(f"<b>{head.title}</b>\n{viewer.texts('digest-nothing')}"))


def pages(made: Digest, form: str) -> int:
    """How many pages a digest has."""
    rest = max(0, len(_order(made, FIRST[form])) - FIRST[form])
    return 1 + -(-rest // LATER)


def _page(made: Digest, page: int, first: int) -> list[_DigestLine]:
    order = _order(made, first)
    start = 0 if page == 0 else first + (page - 1) * LATER
    here = order[start : start + (first if page == 0 else LATER)]
    counts: dict[str, int] = {}
    for group, _, _ in here:
        counts[group] = counts.get(group, 0) + 1
    # Over a single headline a heading says less than its mark.
    return [
        _DigestLine(
            start + place + 2,
            group if group and counts[group] > 1 else "",
            mark,
            article,
            made.news.get(article.key, article.title) if group == "developed" else article.title,
        )
        for place, (group, mark, article) in enumerate(here)
    ]


def _order(made: Digest, count: int) -> list[tuple[str, str, Article]]:
    """Group, mark and article of all headlines in order; the first page has something of each group."""
    near = [("city", _mark(topic), one) for topic, one in made.nearest]
    others = [("", _mark(topic), one) for topic, one in made.others]
    developed = [("developed", "🔁", one) for one in made.developed]
    again = [("again", "↩️", one) for one in made.again]
    first = near[:_NEAR_FIRST], developed[:_DEVELOPED_FIRST]
    room = max(0, count - sum(map(len, first)))
    here = [*first[0], *others[:room], *first[1]]
    return [*here, *near[_NEAR_FIRST:], *others[room:], *developed[_DEVELOPED_FIRST:], *again]


def _grouped(lines: Sequence[_DigestLine]) -> Iterator[tuple[str, list[_DigestLine]]]:
    members: list[_DigestLine] = []
    for line in lines:
        if members and members[-1].group != line.group:
            yield members[0].group, members
            members = []
        members.append(line)
    if members:
        yield members[0].group, members


def _group_name(group: str, made: Digest, texts: Texts) -> Html:
    if group == "city":
        return escape(places.name(made.city or "", texts.language))
    return texts(f"digest-{group}")


def _mark(topic: str | None) -> str:
    return topics.mark(topic) if topic in topics.TOPICS else "▫️"


def _head(head: DigestHeading) -> Html:
    lines = [f"<b>{head.title}</b>"]
    lines += [f"<i>{head.as_of}</i>"] if head.as_of else []
    lines += [head.facts] if head.facts else []
    return Html("\n".join(lines))


def _rich_head(head: DigestHeading) -> Html:
    under = [f"<i>{head.as_of}</i>"] if head.as_of else []
    under += [head.facts.replace("\n", "<br/>")] if head.facts else []
    return Html(f"<h4>{head.title}</h4>" + (f"<p>{'<br/>'.join(under)}</p>" if under else ""))


def _lead(made: Digest, article: Article, viewer: Viewer) -> Html:
    """Title, two whole sentences, and why it leads: how many outlets tell it."""
    title = f"<b>{_opening(article, cut(article.title, _TITLE_UNITS), viewer)}</b>"
    said = " ".join(short_sentences(article.title, article.body or article.lead, article.language, SENTENCE))
    why = f"<i>{_why(made, article, viewer)}</i>"
    return Html("\n".join([title, *([escape(said)] if said else []), why]))


def _rich_lead(made: Digest, article: Article, viewer: Viewer) -> Html:
    picture = (
        f'<figure><img src="{_attribute(article.image or "")}"/></figure>'
        if _is_shown(article, viewer, file_of(article.image))
        else ""
    )
    title = _opening(article, cut(article.title, _TITLE_UNITS), viewer)
    said = " ".join(short_sentences(article.title, article.body or article.lead, article.language, SENTENCE))
    text = "<br/>".join([*([escape(said)] if said else []), f"<i>{_why(made, article, viewer)}</i>"])
    return Html(f"{picture}<h3>{title}</h3><p>{text}</p>")


def _headline(line: _DigestLine, viewer: Viewer) -> Html:
    title, meta = _in_two_lines(line, viewer, _TWO_LINES_PX)
    told = f" <i>{meta}</i>" if meta else ""
    return Html(f"{line.number}. {line.mark} {_opening(line.article, title, viewer)}{told}")


def _in_two_lines(line: _DigestLine, viewer: Viewer, room: float) -> tuple[str, Html]:
    """The headline, with as much of its source and time as fits into two lines; the hour is always there.

    A sentence is never cut: if it does not fit, the headline is shown.
    """
    article = line.article
    least = escape(" · ".join(part for part in (_when(article, viewer), _other_language(article, viewer)) if part))
    free = room - width(least, TEXT_PX)
    title = line.said if width(line.said, TEXT_PX) <= free else shortened(article.title, free, TEXT_PX)
    left = room - width(title, TEXT_PX)
    whole = _meta(article, viewer)
    return title, whole if width(html.unescape(whole), TEXT_PX) <= left else least


def _folded(line: _DigestLine, viewer: Viewer) -> Html:
    article, texts = line.article, viewer.texts
    title, meta = _in_two_lines(line, viewer, _FOLDED_PX)
    said: tuple[str, ...] = (article.title,)
    if line.said == article.title or title != line.said:
        said = short_sentences(article.title, article.body or article.lead, article.language, SENTENCE, most=1)
    inside = f"<p>{'<br/>'.join([*map(escape, said), f'<i>{_meta(article, viewer)}</i>'])}</p>"
    buttons = (
        ("button-open", act("card", article.key)),
        *(() if viewer.in_group else (("button-save", act("savein", article.key, 1)),)),
    )
    shown = "".join(
        f'<tg-button type="callback_data" data="{action.pack()}">{texts(key)}</tg-button>' for key, action in buttons
    )
    return Html(
        f"<details><summary>{line.mark} {escape(title)}{f' <i>{meta}</i>' if meta else ''}</summary>{inside}"
        f"<tg-button-row>{shown}</tg-button-row></details>"
    )


def _rows(made: Digest, lines: Sequence[_DigestLine], viewer: Viewer, name: str, page: int, form: str) -> ButtonRows:
    """Reading, saving, settings of the lead; the numbers of the others; the way to the next page and back.

    Groups have no saving, which is a reader's own.
    """
    texts = viewer.texts
    rows: list[tuple[Button, ...]] = []
    if page == 0 and made.lead:
        key = made.lead.key
        read = act("text" if tells_more(made.lead) else "card", key)
        rows.append(
            (
                Button(texts.plain("button-read-lead"), read),
                *(() if viewer.in_group else (Button(texts.plain("button-save"), act("savein", key, 1)),)),
                Button(texts.plain("button-tune"), act("setup")),
            )
        )
    rows += grid([Button(str(line.number), act("card", line.article.key)) for line in lines], _IN_A_ROW)
    left = len(_order(made, FIRST[form])) - FIRST[form] - page * LATER
    steps = [Button(texts.plain("button-previous"), act("page", name, page - 1))] if page else []
    steps += [Button(texts.plain("button-more-stories", count=left), act("page", name, page + 1))] if left > 0 else []
    return (*rows, *((tuple(steps),) if steps else ()))


def _why(made: Digest, article: Article, viewer: Viewer) -> Html:
    """«5 изданий · «Горожанин», 06:40 · на казахском»."""
    texts, count = viewer.texts, made.outlets.get(article.key, 1)
    parts = [texts("story-outlets", count=count)] if count > 1 else []
    return Html(" · ".join([*parts, *([meta] if (meta := _meta(article, viewer, quoted=True)) else [])]))


def _meta(article: Article, viewer: Viewer, *, quoted: bool = False) -> Html:
    """Source and time in short: «Горожанин, 06:40»; for another day «Горожанин, вчера»."""
    texts = viewer.texts
    # Letters without width are cut by their number.
    source = cut(shortened(article.source, _SOURCE_PX, TEXT_PX), SOURCE_UNITS) if article.source else ""
    shown = texts.plain("quoted-source", source=source) if source and quoted else source
    parts = [part for part in (shown, _when(article, viewer)) if part]
    told = [", ".join(parts)] if parts else []
    told += [other] if (other := _other_language(article, viewer)) else []
    return escape(" · ".join(told))


def _other_language(article: Article, viewer: Viewer) -> str | None:
    if article.language == viewer.texts.language:
        return None
    spoken = language_name(article.language, viewer.texts)
    return html.unescape(spoken) if spoken else None


def _when(article: Article, viewer: Viewer) -> str | None:
    """The hour for today, the day alone for others: «06:40», «вчера», «20 ноября»."""
    published = article.published
    if isinstance(published, datetime):
        if (local := local_time(published, viewer.zone)) is None:
            return None
        if local.date() == local_day(viewer.now, viewer.zone):
            return f"{local:%H:%M}"
        published = local.date()
    return published_text(published, viewer.texts, viewer.zone, viewer.now)


def _note(made: Digest, texts: Texts, *, preview: bool, last: bool) -> Html | None:
    if preview:
        return texts("digest-footer-preview")
    if last and made.more:
        return texts("digest-footer-more", more=made.more)
    return None


def _is_shown(article: Article, viewer: Viewer, file: str | None = None) -> bool:
    """Whether its picture can be shown: by its address or, if the form allows one, as Telegram's `file`."""
    return viewer.pictures and (bool(file) or (is_link(article.image) and is_public_address(article.image)))


def _opening(article: Article, title: str, viewer: Viewer) -> Html:
    """The title as a link to the article's card in the bot, from which the site is one more tap."""
    if viewer.username:
        return Html(f'<a href="https://t.me/{viewer.username}?start=a_{article.key}">{escape(title)}</a>')
    return Html(f'<a href="{_attribute(article.url)}">{escape(title)}</a>') if is_link(article.url) else escape(title)


def _attribute(url: str) -> str:
    return escape(url).replace('"', "%22")


# Weather and rates at the head of a digest; missing or old ones are left out.

_FRESH_SECONDS = 12 * 3600
_RATES_HOLD = timedelta(days=5)
"""Rates do not change on days off; older ones mean that fetching stopped."""


def bulletin_lines(rates: str | None, weather: str | None, city: str | None, viewer: Viewer) -> Html | None:
    """The lines under a digest's title, from stored JSON (`at` in UTC seconds, `text`); None if none is current."""
    lines = [line for line in (_weather(weather, city, viewer), _rates(rates, viewer)) if line]
    return Html("\n".join(lines)) if lines else None


def _weather(kept: str | None, city: str | None, viewer: Viewer) -> Html | None:
    text = _fresh(kept, viewer.now)
    if text is None or city not in COORDINATES:
        return None
    days = parse_forecasts(text.encode(), len(COORDINATES))[list(COORDINATES).index(city)]
    told = forecast_of(days, local_day(viewer.now, viewer.zone))
    if told is None:
        return None
    name = place_name(city, viewer.texts.language) or ""
    sky = viewer.texts.plain(f"sky-{told.sky}")
    return viewer.texts("weather-line", city=name, low=_degrees(told.low), high=_degrees(told.high), sky=sky)


def _rates(kept: str | None, viewer: Viewer) -> Html | None:
    text = _fresh(kept, viewer.now)
    today = local_day(viewer.now, viewer.zone)
    told = parse_rates(text.encode(), today) if text is not None else None
    if told is None or today - told.day > _RATES_HOLD:
        return None
    shown = {code: _rate(told, code) for code in ("usd", "eur", "rub")}
    return viewer.texts("rates-line", day=day_text(told.day, viewer.texts.language, today), **shown)


def _rate(told: ExchangeRates, code: str) -> str:
    """«512,30 (+0,75)»; without the brackets if nothing changed."""
    change = told.changes[code]
    shown = f"{told.rates[code]:.2f}"
    more = f" ({change:+.2f})" if abs(change) >= 0.005 else ""
    return f"{shown}{more}".replace(".", ",").replace("-", "\u2212")


def _degrees(value: int) -> str:
    return f"{value:+d}".replace("-", "\u2212") if value else "0"


def _fresh(kept: str | None, now: int) -> str | None:
    found = json.loads(kept) if kept else None
    return str(found["text"]) if found and 0 <= now - found["at"] <= _FRESH_SECONDS else None
