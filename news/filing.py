"""An entry becomes ready to store: its language, its lead, what it is about."""

from news.language.analyse import terms
from news.language.detect import detect
from news.models import LANGUAGES, Entry, Filed, Rejected


def file_entry(entry: Entry) -> Filed | Rejected:
    """Analyse an entry; an entry without a title, or in another language than ours, is rejected with the reason."""
    if not entry.title.strip():
        return Rejected(entry.id, "no title")
    language = entry.language if entry.language in LANGUAGES else detect(entry.title, entry.body)
    if language not in LANGUAGES:
        return Rejected(entry.id, f"neither Russian nor Kazakh ({language or 'language not recognised'})")
    return Filed(entry, language, entry.body[:300])


def analyze(title: str, body: str, language: str | None = None) -> dict[str, object]:
    """What `qala analyze` answers: language, topics, one conflation key for each word of the title."""
    spoken = language or detect(title, body)
    return {"language": spoken, "topics": [], "terms": terms(title, spoken or "ru")}
