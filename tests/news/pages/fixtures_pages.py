"""Items of every form an archive may hold, as bytes to spoil."""

from news.archive.archive import ArchiveForm
from tests.news.pages.test_captures import SAMPLES
from tests.news.pages.test_webpage import LD, page

_JSON = """{"id": "1", "url": "https://city.example/1", "title": "Мост <b>открыт</b>", "published": "2026-02-09T10:00:00+05:00",
"body": "АСТАНА. KAZINFORM – Мост открыт, сообщает Gorod.kz. Он длинный.", "tags": ["мост"], "views": 5, "image": null}"""

ITEMS: list[tuple[ArchiveForm, bytes]] = [
    ("html", page(LD).encode()),
    ("html", page(date_line="00:45, 14 Қаңтар 2026 | GMT +5").encode()),
    ("html", page().replace("–", "-").encode("kz1048", "ignore")),
    ("json", _JSON.replace("\n", " ").encode()),
    *(("capture", sample.text.encode()) for sample in SAMPLES),
]
