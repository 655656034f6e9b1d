"""What becomes of a source's items: new, changed, waiting for their page, within rights, well dated."""

from dataclasses import replace
from datetime import UTC, date, datetime

from news.feeds.listing import LONGEST_LEAD, MOST_PAGES, after_page, decide, fingerprint, finish, lead_only
from news.feeds.source import Feed, FeedItem, Rhythm, SeenItem, Source, SourceHealth
from news.models import Entry

NOW = 1_795_305_600
LONG = "Бірінші сөйлем осында тұр. " * 60
NEW = Source("https://q.example/rss", "feed", "Қала", key=1)
KNOWN = replace(NEW, health=SourceHealth(rhythm=Rhythm(updated_at=NOW - 900)))


def item(number: int = 1, body: str = LONG, **more: object) -> FeedItem:
    entry = Entry(f"https://q.example/{number}", f"Тақырып {number}", body, url=f"https://q.example/{number}", **more)
    return FeedItem(f"g{number}", entry, teaser=len(body) < 100)


def seen(one: FeedItem, **more: object) -> dict[str, SeenItem]:
    return {one.guid: SeenItem(one.guid, one.entry.id, fingerprint(one), NOW - 500, NOW - 500, **more)}


def test_an_unchanged_item_is_nothing_and_a_changed_one_keeps_its_article():
    old = item()
    moved = replace(old, entry=replace(old.entry, id="https://q.example/1-new", url="https://q.example/1-new"))
    assert decide(KNOWN, Feed("feed", items=(old,)), seen(old), NOW).ready == ()
    (chosen,) = decide(KNOWN, Feed("feed", items=(moved,)), seen(old), NOW).ready
    assert finish(KNOWN, chosen, NOW).id == "https://q.example/1"


def test_another_date_alone_is_no_change():
    old = item(published=datetime(2026, 11, 21, tzinfo=UTC))
    new = item(published=datetime(2026, 11, 22, tzinfo=UTC))
    assert decide(KNOWN, Feed("feed", items=(new,)), seen(old), NOW).ready == ()


def test_the_oldest_item_is_stored_first():
    plan = decide(NEW, Feed("feed", items=(item(3), item(2), item(1))), {}, NOW)
    assert [chosen.item.guid for chosen in plan.ready] == ["g1", "g2", "g3"]


def test_without_the_right_only_the_lead_is_kept_and_no_page_is_asked():
    plan = decide(NEW, Feed("feed", items=(item(body="Қысқа хабар."), item(2))), {}, NOW)
    assert plan.pages == ()
    assert [len(finish(NEW, chosen, NOW).body) <= LONGEST_LEAD for chosen in plan.ready] == [True, True]


def test_with_the_right_a_teasers_page_is_read_and_its_text_kept_whole():
    own = replace(NEW, full_text=True)
    (chosen,) = decide(own, Feed("feed", items=(item(body="Қысқа хабар."),)), {}, NOW).pages
    read, memory = after_page(own, chosen, Entry("p", "Беттің тақырыбы", LONG, image="https://q.example/1.jpg"))
    entry = finish(own, replace(chosen, item=read), NOW)
    assert (entry.title, entry.body, entry.image) == ("Тақырып 1", LONG, "https://q.example/1.jpg")
    assert memory.tries == 0


def test_a_page_that_cannot_be_read_is_tried_at_three_looks_while_the_feeds_words_stand_for_it():
    own = replace(NEW, full_text=True)
    one = item(body="Қысқа хабар.")
    memory: dict[str, SeenItem] = {}
    for tries in (1, 2, 3):
        (chosen,) = decide(own, Feed("feed", items=(one,)), memory, NOW).pages
        read, kept = after_page(own, chosen, None)
        assert read is not None
        assert kept.tries == tries
        memory = {one.guid: kept}
    assert decide(own, Feed("feed", items=(one,)), memory, NOW).pages == ()


def test_of_a_section_only_the_newest_pages_are_read_at_first_and_the_rest_was_before_us():
    section = replace(NEW, kind="page")
    feed = Feed("page", items=tuple(item(number, body="") for number in range(50, 0, -1)))
    plan = decide(section, feed, {}, NOW)
    assert [chosen.item.guid for chosen in plan.pages] == [f"g{number}" for number in range(31, 51)]
    assert (len(plan.listed), plan.waiting) == (50 - MOST_PAGES, 0)


def test_of_a_feed_what_is_too_much_for_one_look_waits_for_the_next():
    own = replace(KNOWN, full_text=True)
    feed = Feed("feed", items=tuple(item(number, body="Қысқа.") for number in range(30, 0, -1)))
    plan = decide(own, feed, {}, NOW)
    assert (len(plan.pages), plan.waiting) == (MOST_PAGES, 10)


def test_an_undated_item_is_dated_when_it_appeared_but_not_what_was_there_before_us():
    (first,) = decide(NEW, Feed("feed", items=(item(),)), {}, NOW).ready
    (later,) = decide(KNOWN, Feed("feed", items=(item(),)), {}, NOW).ready
    assert finish(NEW, first, NOW).published is None
    assert finish(KNOWN, later, NOW).published == datetime.fromtimestamp(NOW, UTC)


def test_a_date_of_the_future_or_of_the_last_century_is_when_it_was_seen():
    now = datetime.fromtimestamp(NOW, UTC)
    for wrong in (
        datetime(2027, 1, 1, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        date(9999, 1, 1),
        date(2026, 12, 1),
    ):
        (chosen,) = decide(KNOWN, Feed("feed", items=(item(published=wrong),)), {}, NOW).ready
        assert finish(KNOWN, chosen, NOW).published == now
    soon = datetime.fromtimestamp(NOW + 600, UTC)
    (chosen,) = decide(KNOWN, Feed("feed", items=(item(published=soon),)), {}, NOW).ready
    assert finish(KNOWN, chosen, NOW).published == soon


def test_a_lead_ends_with_a_sentence():
    assert lead_only("Қысқа.") == "Қысқа."
    text = "Сөйлем бір. " * 100
    assert lead_only(text).endswith("Сөйлем бір.")
    assert len(lead_only(text)) <= LONGEST_LEAD
    endless = "сөз " * 300
    assert lead_only(endless).endswith("сөз…")
    assert len(lead_only(endless)) <= LONGEST_LEAD
