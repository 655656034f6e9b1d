"""Prepares an entry for the store: its language, its lead, what it is about."""

import logging
import re
from dataclasses import replace

from news.language.analyse import terms
from news.language.detect import detect
from news.models import LANGUAGES, Entry, FiledEntry, RejectedItem
from news.stories.signature import pack, signature_of
from news.subject import topics
from news.subject.reading import ArticleReading, terms_in
from news.text.clean import cut, file_of, link, within
from news.text.sentences import brief, lead

log = logging.getLogger("qala.filing")

_KAZAKH_LETTER = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_TITLE, _NAME, _TAG, _MOST_TAGS = 1000, 100, 100, 50
_LEAD = 300
"""How many characters of the first paragraph are the lead if the analysis failed."""
LONGEST_BODY, MOST_PARAGRAPHS = 100_000, 2000
"""The most characters and lines of a text that are kept: some twenty newspaper pages. Anything longer is no news, and
every use of it would cost time."""


def file_entry(entry: Entry) -> FiledEntry | RejectedItem:
    """Analyse an entry; an entry without a title, or in another language than ours, is rejected with the reason."""
    entry = within_bounds(entry)
    if not entry.title.strip():
        return RejectedItem(entry.id, "no title")
    entry = replace(entry, body=bounded(entry.body))
    try:
        return _analysed(entry)
    except Exception as error:  # a bug of ours with one text must not stop the others
        log.exception("article %s cannot be analysed: it is kept without terms", entry.id)
        return _unanalysed(entry, f"{type(error).__name__}: {error}"[:200])


def within_bounds(entry: Entry) -> Entry:
    """The entry made fit for readers: bounded names and titles, valid tags and addresses.

    Lengths are UTF-16 units, as Telegram counts. An entry within the bounds is returned unchanged.
    """
    checked = replace(
        entry,
        title=within(entry.title, _TITLE),
        url=link(entry.url),
        image=entry.image if file_of(entry.image) else link(entry.image),
        source=_name(entry.source),
        author=_name(entry.author),
        section=_name(entry.section),
        tags=tuple(tag for tag in entry.tags if within(tag, _TAG) is tag)[:_MOST_TAGS],
        cited=tuple(within(one, _NAME) for one in entry.cited[:_MOST_TAGS]),
    )
    return entry if checked == entry else checked


def _name(text: str | None) -> str | None:
    return within(text, _NAME) if text else text


def _analysed(entry: Entry) -> FiledEntry | RejectedItem:
    language = entry.language if entry.language in LANGUAGES else detect(entry.title, entry.body)
    if language not in LANGUAGES:
        return RejectedItem(entry.id, f"neither Russian nor Kazakh ({language or 'language not recognised'})")
    article = ArticleReading(entry.title, entry.body, language)
    # Signature and terms are made here and not where they are stored: here they cost a child process, there the one
    # writer.
    return FiledEntry(
        entry,
        language,
        lead(entry.title, entry.body),
        topics.topics_in(article),
        pack(signature_of(article)),
        terms_in(article),
        summary=brief(entry.title, entry.body, language),
    )


def _unanalysed(entry: Entry, fault: str) -> FiledEntry:
    """An entry that can be listed and read, made without any analysis."""
    guessed = "kk" if _KAZAKH_LETTER.search(entry.title + entry.body[:1000]) else "ru"
    language = entry.language if entry.language in LANGUAGES else guessed
    return FiledEntry(entry, language or guessed, cut(entry.body.partition("\n")[0], _LEAD), fault=fault)


def bounded(body: str) -> str:
    """A text cut to LONGEST_BODY characters and MOST_PARAGRAPHS lines, at the end of a line."""
    kept = body
    if len(kept) > LONGEST_BODY:
        end = kept.rfind("\n", LONGEST_BODY // 2, LONGEST_BODY)
        kept = kept[: end if end > 0 else LONGEST_BODY]
    if kept.count("\n") >= MOST_PARAGRAPHS:
        kept = "\n".join(kept.split("\n", MOST_PARAGRAPHS)[:MOST_PARAGRAPHS])
    return kept


def analyze(title: str, body: str, language: str | None = None) -> dict[str, object]:
    """What `qala analyze` answers: language, topics, one conflation key for each word of the title."""
    spoken = language or detect(title, body)
    about = topics.assign(title, body, spoken) if spoken in LANGUAGES else ()
    return {"language": spoken, "topics": [topic.slug for topic in about], "terms": terms(title, spoken or "ru")}
