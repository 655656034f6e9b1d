"""What an operator brings is fit to be shown, or refused with a sentence."""

import pytest

from news.feeds.opml import checked_source, known_topics, parse_lines, parse_opml
from news.feeds.source import Source, UnreadableError


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"name": " \u200b "}, "a source needs a name"),
        ({"language": "en"}, "the language is ru or kk, not en"),
        ({"topics": ("выдумка",)}, "there is no topic выдумка; there are "),
    ],
)
def test_what_an_operator_may_not_choose_is_told(chosen, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        checked_source(Source(url="https://news.example.kz/rss", kind="feed", **({"name": "Вестник"} | chosen)))


def test_topics_are_kept_by_their_slugs_each_once():
    source = Source(url="https://news.example.kz/rss", kind="feed", name="Вестник", topics=("Спорт", "sport", "спорт"))
    assert checked_source(source).topics == ("sport",)
    assert known_topics(("спорт", "выдумка", "Sport")) == ("sport",)


def test_a_list_that_is_none_is_refused():
    with pytest.raises(UnreadableError):
        parse_opml(b"<html><body>no list</body></html>")
    for content in (b"# only a remark", b"a\x00b"):
        with pytest.raises(UnreadableError):
            parse_lines(content)


def test_an_address_named_twice_is_kept_once_and_told():
    line = '<outline type="rss" text="A" xmlUrl="https://a.example.kz/rss"/>'
    told = []
    found = parse_opml(f'<opml version="2.0"><body>{line}\n{line}</body></opml>'.encode(), told)
    assert [source.url for source in found] == ["https://a.example.kz/rss"]
    assert told == ["line 2: https://a.example.kz/rss stands there twice"]
