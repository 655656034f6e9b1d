"""The five real captures, exactly as they were read by people. They lie beside the project, not in it."""

import json
from pathlib import Path

import pytest

from news.models import Entry
from news.pages.capture import parse_capture
from news.text.sentences import sentences, without_dateline

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the real captures (../shared/seeds) are not here")
EXPECTED = json.loads((SEEDS / "expected.json").read_text())["articles"] if SEEDS.is_dir() else []


@pytest.mark.parametrize("expected", EXPECTED, ids=[article["file"][:3] for article in EXPECTED])
def test_a_real_capture_comes_out_exactly(expected: dict) -> None:
    text = (SEEDS / expected["file"]).read_text()
    lines = text.split("\n")
    first, last = expected["body_lines"]
    entry = parse_capture(text, expected["file"])
    assert isinstance(entry, Entry)
    assert entry.id == expected["file"]
    assert entry.title == expected["title"]
    assert entry.body.split("\n") == [line.strip() for line in lines[first - 1 : last] if line.strip()]
    assert (entry.published.isoformat() if entry.published else None) == expected["date"]
    assert list(entry.tags) == expected["tags"]
    assert entry.views == expected["views"]
    assert list(entry.cited) == expected["cited"]
    assert sentences(without_dateline(entry.body))[0] == expected["first_sentence"]
    assert sentences(entry.body)[-1] == expected["last_sentence"]
