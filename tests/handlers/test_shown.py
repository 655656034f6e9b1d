"""What a keyboard names: it is read from JSON, and a message that is replied to may have another bot's."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.buttons import pressed_by_word
from handlers.cards import plain_label, shown_under

VERBS = ("open", "card", "text", "list", "page", "read", "more", "react", "hour", "time", "chip", "at", "")
BUTTONS = st.fixed_dictionaries(
    {"text": st.text(max_size=20) | st.integers(0, 10**20).map(str)},
    optional={
        "callback_data": st.tuples(st.sampled_from(VERBS), st.text(max_size=20)).map(":".join) | st.text(max_size=64),
        "switch_inline_query_current_chat": st.text(max_size=20),
        "url": st.text(max_size=20),
    },
)


@given(st.lists(st.lists(BUTTONS, max_size=4), max_size=4))
def test_any_keyboard_is_read(rows):
    shown = shown_under(json.dumps({"inline_keyboard": rows}))
    assert all(isinstance(key, int) for key in shown.keys.values())


def test_a_label_is_known_without_its_marks():
    assert [*map(plain_label, ("✓ Спорт · 7", "‹ Назад", "Дальше ›", "Почему это здесь?", "Следить: «метро»"))] == [
        "спорт",
        "назад",
        "дальше",
        "почему это здесь",
        "следить: «метро»",
    ]


@pytest.mark.parametrize("data", ["hide:1", "source:1:remove", "broadcast:1:go", "another bot's"])
async def test_an_administrators_or_another_bots_button_is_not_done_by_its_label(data):
    nobody: object = None
    assert not await pressed_by_word(nobody, data, None, nobody, nobody, nobody, nobody)
