"""A digest as messages: the plain form in as many parts as it takes, the rich form in one."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.views.actions import act
from handlers.views.articles import Viewer, is_link
from handlers.views.dates import published_text, weekday_text
from handlers.views.fitting import Room, fitted, rich_room
from handlers.views.labels import language_name, topic_name
from handlers.views.screen import Button, RichScreen, Screen, cut, grid, utf16_length
from locales import Html, Texts, escape
from news.digests.digest import Digest
from news.models import Article
from news.timetable import ON_TIME_SECONDS, edition_slot, local_day, minute_of, part_of_day

PART = 10
"""Stories a plain message surely holds."""
_MESSAGE_UNITS = 4096
_HEAD_UNITS = 420
_HEADING_UNITS = 48
_TITLE_UNITS = 160
_LEAD_UNITS = 160
_SOURCE_UNITS = 60
_RICH_LEAD_UNITS = 600


@dataclass(frozen=True, slots=True)
class DigestHeading:
    """The first lines of a message: the edition's title, and as of when it is, where it is late."""

    title: Html
    as_of: Html | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _DigestLine:
    """A story of a digest and the heading it stands under; a `brief` one is a title alone."""

    number: int
    group: Html
    article: Article
    outlets: int
    brief: bool = False


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


def plain(made: Digest, head: DigestHeading, viewer: Viewer, part: int = 0, *, preview: bool = False) -> Screen:
    """One part of the plain form: headings by topic, title (a link), a line of lead, source and hour; numbers to open.

    Each story has its share of a message's 4096 units, so that no part is ever too long.
    """
    texts = viewer.texts
    lines = list(_lines(made, texts))
    here = lines[part * PART : (part + 1) * PART]
    last = (part + 1) * PART >= len(lines)
    groups = len({line.group for line in here})
    share = (_MESSAGE_UNITS - _HEAD_UNITS - groups * _HEADING_UNITS) // max(len(here), 1)
    blocks = [Html(f"<b>{head.title}</b>")] if part == 0 else [texts("edition-continued", title=head.title)]
    if head.as_of and part == 0:
        blocks[0] = Html(f"{blocks[0]}\n<i>{head.as_of}</i>")
    room = Room()
    room.take(" " * (_HEAD_UNITS + groups * _HEADING_UNITS))
    shown = dict(fitted(here, lambda _, line: _plain_story(line, share, viewer), room))
    for group, members in _grouped(list(shown)):
        # A heading stands right above its first story; the stories keep a blank line between them.
        told = "\n\n".join(shown[line] for line in members)
        blocks.append(Html(f"<b>{group}</b>\n{told}"))
    if last:
        blocks.append(_footer(made, texts, preview=preview))
    numbers = [Button(str(line.number), act("card", line.article.key)) for line in shown]
    return Screen(Html("\n\n".join(blocks)), grid(numbers, 5))


def rich(made: Digest, head: DigestHeading, viewer: Viewer, *, preview: bool = False) -> RichScreen:
    """The rich form: a heading a topic, each story folded under its title, with its buttons inside."""
    texts = viewer.texts
    blocks = [f"<h2>{head.title}</h2>"]
    if head.as_of:
        blocks.append(f"<p><i>{head.as_of}</i></p>")
    lines = list(_lines(made, texts))
    footer = f"<footer>{_footer(made, texts, preview=preview)}</footer>".replace("\n", "<br/>")
    room = rich_room()
    room.take("".join((*blocks, *(f"<h3>{group}</h3>" for group, _ in _grouped(lines)), footer)))
    shown = dict(fitted(lines, lambda _, line: Html(_rich_story(line, viewer)), room, joint=""))
    for group, members in _grouped(list(shown)):
        blocks.append(f"<h3>{group}</h3>")
        blocks += [shown[line] for line in members]
    blocks.append(footer)
    return RichScreen(Html("".join(blocks)))


def nothing_new(head: DigestHeading, viewer: Viewer) -> Screen:
    """One line where nothing is new."""
    return Screen(Html(f"<b>{head.title}</b>\n{viewer.texts('digest-nothing')}"))


def _lines(made: Digest, texts: Texts) -> Iterator[_DigestLine]:
    number = 0
    named = [(_section_name(section.topic, texts), section.articles) for section in made.sections]
    groups: list[tuple[Html, tuple[Article, ...], bool]] = [(name, articles, False) for name, articles in named]
    groups += [(texts("digest-developed"), made.developed, False), (texts("digest-again"), made.again, True)]
    for group, articles, brief in groups:
        for article in articles:
            number += 1
            yield _DigestLine(number, group, article, made.outlets.get(article.key, 1), brief)


def _section_name(topic: str | None, texts: Texts) -> Html:
    name = topic_name(topic, texts.language) if topic else None
    return escape(name) if name else texts("topic-other")


def _grouped(lines: Sequence[_DigestLine]) -> Iterator[tuple[Html, list[_DigestLine]]]:
    members: list[_DigestLine] = []
    for line in lines:
        if members and members[-1].group != line.group:
            yield members[0].group, members
            members = []
        members.append(line)
    if members:
        yield members[0].group, members


def _plain_story(line: _DigestLine, share: int, viewer: Viewer) -> Html:
    article = line.article
    title = cut(article.title, _TITLE_UNITS)
    meta = _meta(line, viewer)
    room = share - utf16_length(title) - utf16_length(meta) - 12
    shown = [Html(f"{line.number}. {_link(article, title)}")]
    if not line.brief and article.lead and room >= 40:
        shown.append(escape(cut(article.lead, min(room, _LEAD_UNITS))))
    shown.append(Html(f"<i>{escape(meta)}</i>"))
    return Html("\n".join(shown))


def _rich_story(line: _DigestLine, viewer: Viewer) -> str:
    article, texts = line.article, viewer.texts
    meta = f"<p><i>{escape(_meta(line, viewer))}</i></p>"
    # A folded story shows nothing but its title: that it is in the other language stands there too.
    spoken = language_name(article.language, texts) if article.language != texts.language else None
    other = f" · {spoken}" if spoken else ""
    lead = "" if line.brief or not article.lead else f"<p>{escape(cut(article.lead, _RICH_LEAD_UNITS))}</p>"
    buttons = [
        f'<tg-button type="callback_data" data="{act("card", article.key).pack()}">{texts("button-read")}</tg-button>'
    ]
    if is_link(article.url):
        buttons.append(
            f'<tg-button type="url" url="{_attribute(article.url or "")}">{texts("button-site")}</tg-button>'
        )
    title = escape(cut(article.title, _TITLE_UNITS))
    return (
        f"<details><summary>{line.number}. {title}{other}</summary>{lead}{meta}"
        f"<tg-button-row>{''.join(buttons)}</tg-button-row></details>"
    )


def _meta(line: _DigestLine, viewer: Viewer) -> str:
    """Where from and when, as plain text: «Горожанин» и ещё 2 издания · сегодня, 06:40 · на казахском."""
    article, texts = line.article, viewer.texts
    parts = []
    if article.source:
        source = cut(article.source, _SOURCE_UNITS)
        key = "quoted-source" if line.outlets < 2 else "source-and-others"
        parts.append(texts.plain(key, source=source, **({"others": line.outlets - 1} if line.outlets > 1 else {})))
    when = published_text(article.published, texts, viewer.zone, viewer.now)
    parts += [when] if when else []
    if article.language != texts.language and (other := language_name(article.language, texts)):
        parts.append(html.unescape(other))
    return " · ".join(parts)


def _footer(made: Digest, texts: Texts, *, preview: bool) -> Html:
    if preview:
        return texts("digest-footer-preview")
    return texts("digest-footer-more", more=made.more) if made.more else texts("digest-footer")


def _link(article: Article, title: str) -> Html:
    if not is_link(article.url):
        return escape(title)
    return Html(f'<a href="{_attribute(article.url or "")}">{escape(title)}</a>')


def _attribute(url: str) -> str:
    return escape(url).replace('"', "%22")
