"""An entry becomes ready to store: its language, its lead, what it is about."""

from news import topics
from news.language.analyse import terms
from news.language.detect import detect
from news.models import LANGUAGES, Entry, Filed, Rejected
from news.reading import Reading
from news.sentences import lead
from news.terms import terms_in
from news.traces import pack, trace_of


def file_entry(entry: Entry) -> Filed | Rejected:
    """Analyse an entry; an entry without a title, or in another language than ours, is rejected with the reason."""
    if not entry.title.strip():
        return Rejected(entry.id, "no title")
    language = entry.language if entry.language in LANGUAGES else detect(entry.title, entry.body)
    if language not in LANGUAGES:
        return Rejected(entry.id, f"neither Russian nor Kazakh ({language or 'language not recognised'})")
    article = Reading(entry.title, entry.body, language)
    # Trace and terms are made here and not where they are stored: here they cost a child process, there the one writer.
    return Filed(
        entry,
        language,
        lead(entry.title, entry.body),
        topics.topics_in(article),
        pack(trace_of(article)),
        terms_in(article),
    )


def analyze(title: str, body: str, language: str | None = None) -> dict[str, object]:
    """What `qala analyze` answers: language, topics, one conflation key for each word of the title."""
    spoken = language or detect(title, body)
    about = topics.assign(title, body, spoken) if spoken in LANGUAGES else ()
    return {"language": spoken, "topics": [topic.slug for topic in about], "terms": terms(title, spoken or "ru")}
