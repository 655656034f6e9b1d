"""Texts with marks: HTML, both Markdowns, given entities; how they are cut, counted and refused."""

import html as escaping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.markup.formatting import formatted, message_caption, message_text
from sandbox.markup.html import TAGS, parse_html
from sandbox.markup.text import utf16_length, utf16_slice
from sandbox.refusals import Refusal


def refusal(source, mode="HTML", **more):
    with pytest.raises(Refusal) as refused:
        message_text(source, mode, **more)
    return refused.value.description.removeprefix("Bad Request: ")


def marks(source, mode="HTML", entities=None):
    text, found = formatted(source, mode, entities, detect=False)
    return text, [(one["type"], one["offset"], one["length"]) for one in found]


SURROGATE = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("ә<X>a</X>", 'Unsupported start tag "x" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <3", "Unclosed start tag at byte offset 2"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<b>a</b x>", "Unclosed end tag at byte offset 4"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a =x>a</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=a/b>a</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<!-- a -->", 'Unsupported start tag "!--" at byte offset 0'),
        ('<tg-emoji emoji-id="x">a</tg-emoji>', "Invalid custom emoji identifier specified"),
        (
            "&#xD83D;",
            SURROGATE,
        ),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source, why):
    assert refusal(source) == f"can't parse entities: {why}"


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("<b>a</b><strong>b</strong>", "ab", [("bold", 0, 1), ("bold", 1, 1)]),
        ("<B>a</>", "a", [("bold", 0, 1)]),
        ("🙂<i>b</i>", "🙂b", [("italic", 2, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
        ("<s>a</s>", "a", [("strikethrough", 0, 1)]),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [("pre", 0, 1)]),
        ("<a href='https://a.kz'>a</a>", "a", [("text_link", 0, 1)]),
        ("<a href='tg://user?id=5'>a</a>", "a", [("text_mention", 0, 1)]),
        ("<a href='nonsense'>a</a>", "a", []),
        ('<tg-emoji emoji-id="53">👍</tg-emoji>', "👍", [("custom_emoji", 0, 2)]),
        ("&lt;&gt;&amp;&quot;&#1179;&#x49A;&nbsp;&lt", '<>&"қҚ&nbsp;<', []),
        ("<b></b>a", "a", []),
        ("  a <b>b </b> ", "a b", [("bold", 2, 1)]),
        ("<b>  a</b>", "  a", [("bold", 0, 3)]),
        ("a\tb\r\nc", "a b\nc", []),
        ("<b>a<code>b</code>c</b>", "abc", [("bold", 0, 1), ("code", 1, 1), ("bold", 2, 1)]),
        ("<code>a<a href='https://a.kz'>b</a></code>", "ab", [("code", 0, 2)]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "ab", [("blockquote", 0, 2)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
    ],
)
def test_html_becomes_text_and_entities(source, text, found):
    assert marks(source) == (text, found)


def test_a_code_block_keeps_its_language():
    _, (one,) = formatted('<pre><code class="language-python">x</code></pre>', "HTML")
    assert one["language"] == "python"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("*a _b_*", [("bold", 0, 3), ("italic", 2, 1)]),
        ("__a__ ~b~ ||c||", [("underline", 0, 1), ("strikethrough", 2, 1), ("spoiler", 4, 1)]),
        ("`a` ```py\nb```", [("code", 0, 1), ("pre", 2, 1)]),
        ("[a](https://a.kz/\\))", [("text_link", 0, 1)]),
        ("![a](tg://emoji?id=5)", [("custom_emoji", 0, 1)]),
        (">a\n>b\nc", [("blockquote", 0, 4)]),
        (">a\n>b||", [("expandable_blockquote", 0, 3)]),
        ("\\*a\\*", []),
    ],
)
def test_markdown_v2_becomes_entities(source, found):
    assert marks(source, "MarkdownV2")[1] == found


@pytest.mark.parametrize(
    ("source", "mode", "why"),
    [
        ("a.", "MarkdownV2", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("ә*a", "MarkdownV2", "Can't find end of Bold entity at byte offset 2"),
        ("[a](b", "MarkdownV2", "Can't find end of a URL at byte offset 4"),
        ("![a]", "MarkdownV2", "The entity must contain a tg://emoji or tg://time URL"),
        ("ә*a", "Markdown", "Can't find end of the entity starting at byte offset 2"),
    ],
)
def test_broken_markdown_is_refused_in_telegrams_words(source, mode, why):
    assert refusal(source, mode) == f"can't parse entities: {why}"


def test_old_markdown_becomes_entities():
    assert marks("*a* _b_ `c` [d](https://a.kz) ```x\ny```", "Markdown") == (
        "a b c d y",
        [("bold", 0, 1), ("italic", 2, 1), ("code", 4, 1), ("text_link", 6, 1), ("pre", 8, 1)],
    )


def test_given_entities_are_cut_until_they_nest():
    bold, italic = {"type": "bold", "offset": 0, "length": 3}, {"type": "italic", "offset": 2, "length": 3}
    assert marks("abcde", "", [bold, italic])[1] == [("bold", 0, 3), ("italic", 2, 1), ("italic", 3, 2)]


@pytest.mark.parametrize(
    ("entity", "why"),
    [
        (
            {"type": "bold", "offset": 0, "length": 4},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 3",
        ),
        (
            {"type": "bold", "offset": 2, "length": 1},
            "entity begins in a middle of a UTF-16 symbol at byte offset",
        ),
        ({"type": "loud", "offset": 0, "length": 1}, "can't parse MessageEntity: Unsupported type specified"),
    ],
)
def test_wrong_entities_are_refused(entity, why):
    assert refusal("a🙂", "", entities=[entity]).startswith(why)


def test_4096_utf16_units_count_after_entities():
    message_text("<b>" + "x" * 4094 + "</b>🙂", "HTML")
    assert refusal("x" * 4095 + "🙂") == "message is too long"
    message_text("&amp;" * 4096, "HTML")


def test_1024_utf16_units_are_a_caption():
    message_caption("x" * 1024, "")
    with pytest.raises(Refusal, match="message caption is too long"):
        message_caption("x" * 1025, "")


@pytest.mark.parametrize(
    ("source", "why"),
    [("", "message text is empty"), (" \n ", "text must be non-empty"), ("<b> </b>", "text must be non-empty")],
)
def test_nothing_to_say_is_refused(source, why):
    assert refusal(source) == why


def test_an_unknown_parse_mode_is_refused():
    assert refusal("x", "BBCode") == "unsupported parse_mode"


def test_telegram_marks_commands_links_and_names_by_itself():
    text, found = formatted("/start@qala_bot #жаңалық @qala_bot a.kz https://a.kz/x?y a@b.kz $KZT", "")
    assert [(one["type"], utf16_slice(text, one["offset"], one["length"])) for one in found] == [
        ("bot_command", "/start@qala_bot"),
        ("hashtag", "#жаңалық"),
        ("mention", "@qala_bot"),
        ("url", "a.kz"),
        ("url", "https://a.kz/x?y"),
        ("email", "a@b.kz"),
        ("cashtag", "$KZT"),
    ]


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=12)
NESTING = ("b", "i", "u", "s", "tg-spoiler")


@st.composite
def trees(draw, depth=3):
    """HTML that is right, with the text it must show."""
    if depth == 0 or draw(st.booleans()):
        words = draw(WORDS)
        return escaping.escape(words), words
    inner = [draw(trees(depth - 1)) for _ in range(draw(st.integers(1, 3)))]
    tag = draw(st.sampled_from(NESTING))
    return f"<{tag}>{''.join(one for one, _ in inner)}</{tag}>", "".join(words for _, words in inner)


@given(trees())
@settings(deadline=None)
def test_right_html_shows_exactly_its_text(tree):
    source, words = tree
    text, entities = parse_html(source)
    assert text == words
    for one in entities:
        assert 0 <= one["offset"] < one["offset"] + one["length"] <= utf16_length(text)


BROKEN = st.lists(
    st.one_of(
        WORDS,
        st.sampled_from(sorted(TAGS)).map("<{}>".format),
        st.sampled_from(sorted(TAGS)).map("</{}>".format),
        st.sampled_from(["<a href='https://a.kz'>", "&lt;", "&#x", "&", "<", ">", '"', "</>", "<b ", "\ud83d"]),
    ),
    max_size=20,
).map("".join)


@given(BROKEN)
@settings(deadline=None)
def test_any_html_is_either_shown_properly_nested_or_refused(source):
    try:
        message = message_text(source, "HTML")
    except Refusal as refused:
        assert refused.code == 400  # noqa: PT017 - both ways are right, each with its own promise
        return
    length = utf16_length(message["text"])
    spans = [(one["offset"], one["offset"] + one["length"]) for one in message.get("entities", [])]
    assert all(0 <= start < end <= length for start, end in spans)
    assert not any(a < c < b < d for a, b in spans for c, d in spans)
    utf16_slice(message["text"], 0, length).encode()


@given(BROKEN, st.sampled_from(["MarkdownV2", "Markdown"]))
@settings(deadline=None)
def test_no_markdown_breaks_its_parser(source, mode):
    try:
        text, entities = formatted(source, mode)
    except Refusal as refused:
        assert refused.code == 400  # noqa: PT017
        return
    assert all(one["offset"] + one["length"] <= utf16_length(text) for one in entities)
