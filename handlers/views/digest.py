"""A digest as a message."""

from handlers.views.actions import act
from handlers.views.articles import Viewer, is_link, meta_line
from handlers.views.dates import weekday_text
from handlers.views.screen import Button, Screen, cut
from locales import Html, escape
from news import topics
from news.clock import local_day
from news.digest import Digest

_TITLE_UNITS = 160
_LEAD_UNITS = 140


def digest(made: Digest, viewer: Viewer, preview: bool = False) -> Screen:
    """Headings by topic, each story's title (a link), a line of lead, source and hour; buttons to open them here."""
    texts = viewer.texts
    day = weekday_text(local_day(viewer.now, viewer.zone), texts.language)
    blocks = [texts("digest-title-preview" if preview else "digest-title", day=day)]
    number = 0
    numbers: list[Button] = []
    for section in made.sections:
        lines = [Html(f"<b>{escape(topics.name(section.topic, texts.language))}</b>")] if section.topic else []
        if not section.topic:
            lines = [Html(f"<b>{texts('topic-other')}</b>")]
        for article in section.articles:
            number += 1
            title = escape(cut(article.title, _TITLE_UNITS))
            if is_link(article.url):
                title = Html(f'<a href="{escape(article.url or "").replace(chr(34), "%22")}">{title}</a>')
            lines.append(
                Html(
                    f"{number}. {title}\n{escape(cut(article.lead, _LEAD_UNITS))}\n<i>{meta_line(article, viewer)}</i>"
                )
            )
            numbers.append(Button(str(number), act("open", article.key, "")))
        blocks.append(Html("\n".join(lines)))
    blocks.append(texts("digest-footer-preview" if preview else "digest-footer"))
    rows = tuple(tuple(numbers[start : start + 5]) for start in range(0, len(numbers), 5))
    return Screen(Html("\n\n".join(blocks)), rows)
