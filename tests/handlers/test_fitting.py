"""One bad item costs its own line; what Telegram would refuse never leaves."""

import pytest

from handlers.views.actions import Action, act
from handlers.views.fitting import Room, each, fitted, rich_room, sendable, visible
from handlers.views.screen import Button, RichScreen, Screen, utf16_length
from locales import Html
from news.text.clean import is_public_address, link


def test_an_item_that_fails_or_does_not_fit_is_left_out_and_numbers_have_no_gap(caplog):
    def show(number: int, item: str) -> Html:
        if item == "bad":
            raise KeyError(item)
        return Html(f"{number}. <b>{item}</b>")

    kept = fitted(["a", "bad", "b" * 50, "c"], show, Room(units=20))
    assert [text for _, text in kept] == ["1. <b>a</b>", "2. <b>c</b>"]
    assert "cannot be shown" in caplog.text
    assert "does not fit" in caplog.text
    assert each([1, 0, 2], lambda number: 2 // number) == [2, 1]


def test_room_counts_what_a_reader_sees_in_utf16_and_what_is_sent_in_bytes():
    assert Room(units=2).take("<b>😀</b>")
    assert not Room(units=1).take("<b>😀</b>")
    assert Room(units=1).take("&amp;")
    assert not Room(octets=4).take("&amp;")
    assert not rich_room().take("<p>a</p>" * 501)


def test_a_message_that_keeps_the_limits_is_not_touched():
    for fine in (
        Screen(Html("<b>Мост</b>"), ((Button("Сайт", url="https://a.kz/"),),), "https://a.kz/"),
        RichScreen(Html("<p>Мост</p>"), ((Button("1", act("open", 1, "")),),)),
    ):
        assert sendable(fine) is fine


@pytest.mark.parametrize(
    "button",
    [
        Button(" \u200b", act("home")),
        Button("Сайт", url="https://a.kz:0/"),
        Button("Сайт", url="http://localhost/"),
        Button("?", Action("nosuch")),
        Button("?", act("open", 1, "x" * 80)),
    ],
)
def test_a_button_telegram_would_refuse_is_left_out(button, caplog):
    good = Button("Домой", act("home"))
    assert sendable(Screen(Html("a"), ((button, good), (button,)))).rows == ((good,),)
    assert "it is left out" in caplog.text


def test_a_message_without_a_visible_word_still_goes_out():
    assert sendable(Screen(Html("<b> \u200b</b>\n"))) == Screen(Html("…"))
    assert sendable(RichScreen(Html("<h3></h3><p>\u00a0</p>"))) == RichScreen(Html("…"))


def test_too_many_buttons_and_too_long_a_text_are_cut():
    many = Screen(
        Html("&lt;" * 5000), tuple(tuple(Button("x", act("home")) for _ in range(12)) for _ in range(12)), "x"
    )
    cut = sendable(many)
    assert isinstance(cut, Screen)
    assert utf16_length(visible(cut.html)) <= 4096
    assert sum(map(len, cut.rows)) == 100
    assert max(map(len, cut.rows)) == 8
    rich = sendable(RichScreen(Html("<p>мост</p>" * 600)))
    assert isinstance(rich, Screen)
    assert rich.html.startswith("мост\nмост")


@pytest.mark.parametrize(
    ("address", "shown", "kept"),
    [
        ("https://example.kz/a?b=1", True, "https://example.kz/a?b=1"),
        ("https://example.kz:8443/a", True, "https://example.kz:8443/a"),
        ("https://пример.қаз/жол", True, "https://пример.қаз/жол"),
        ("http://127.0.0.1:8080/rss", True, "http://127.0.0.1:8080/rss"),
        ("https://example.kz:/x", False, "https://example.kz/x"),
        ("https://example.kz:0/x", False, None),
        ("https://example.kz:70000/x", False, None),
        ("https://exa%mple.kz/", False, None),
        ("https://example.kz/" + "a" * 2000, False, None),
        ("http://localhost/x", False, "http://localhost/x"),  # one's own network is fetched, but shown to nobody
        ("http://[::1]/x", False, "http://[::1]/x"),
    ],
)
def test_an_address_is_checked_at_the_entrance_and_where_it_is_shown(address, shown, kept):
    assert is_public_address(address) is shown
    assert link(address) == kept
