"""Rich messages: what becomes of HTML, Markdown and blocks, and every limit."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.markup.rich import checked_rich
from sandbox.refusals import Refusal


def rich(**given):
    return checked_rich(given, lambda kind, media: {"kind": kind, "source": media["media"]})["blocks"]


def refusal(**given) -> str:
    with pytest.raises(Refusal) as refused:
        rich(**given)
    return refused.value.description.removeprefix("Bad Request: ")


def paragraph(text="x"):
    return {"type": "paragraph", "text": text}


async def test_a_rich_message_goes_to_the_chat_and_is_edited(call, reader):
    sent = await call.ok("sendRichMessage", chat_id=reader.id, rich_message={"html": "<h1>Т</h1><p>а <b>б</b></p>"})
    assert sent["rich_message"]["blocks"][0] == {"type": "heading", "size": 1, "text": "Т"}
    edit = {"chat_id": reader.id, "message_id": sent["message_id"], "rich_message": {"markdown": "# Екі"}}
    await call.ok("editMessageText", **edit)
    seen = await reader.sees("Екі")
    assert seen["rich_message"]["blocks"] == [{"type": "heading", "size": 1, "text": "Екі"}]
    assert "message is not modified" in await call.refused("editMessageText", **edit)


async def test_a_button_inside_a_rich_message_is_pressed(call, reader):
    html = '<tg-button-row><tg-button type="callback_data" data="save">Сақтау</tg-button></tg-button-row><p>x</p>'
    await call.ok("sendRichMessage", chat_id=reader.id, rich_message={"html": html})
    press = reader.presses(await reader.sees("Сақтау"), "Сақтау")
    await call.ok("answerCallbackQuery", callback_query_id=press.id, text="ok")
    assert (await reader.toast(press))["text"] == "ok"


async def test_an_inline_result_can_be_a_rich_message(call, reader):
    question = reader.types("")
    content = {"rich_message": {"html": "<p>сәлем</p>"}}
    result = {"type": "article", "id": "1", "title": "t", "input_message_content": content}
    await call.ok("answerInlineQuery", inline_query_id=question.id, results=[result])
    await reader.results(question)
    assert reader.chooses(question, "1", reader.chat())["rich_message"]["blocks"][0]["text"] == "сәлем"


def test_html_blocks_become_what_the_bot_api_says():
    blocks = rich(
        html="<ul><li><input type='checkbox' checked>a</li></ul><ol start='3'><li>b</li></ol><hr/>"
        "<blockquote>q<cite>c</cite></blockquote><blockquote expandable>e</blockquote><aside>p</aside>"
        "<pre><code class='language-python'>x = 1</code></pre><table bordered><tr><th>h</th><td colspan=2>v</td></tr>"
        "</table><details open><summary>s</summary>d</details><figure><img src='https://a.kz/1.jpg'/>"
        "<figcaption>f</figcaption></figure><tg-map lat='43' long='76'/><footer>end</footer>"
    )
    assert [block["type"] for block in blocks] == (
        [
            "list",
            "list",
            "divider",
            "blockquote",
            "expandable_blockquote",
            "pullquote",
            "pre",
            "table",
            "details",
            "photo",
            "map",
            "footer",
        ]
    )
    assert blocks[0]["items"][0] == {
        "blocks": [{"type": "paragraph", "text": "a"}],
        "has_checkbox": True,
        "is_checked": True,
        "label": "•",
    }
    assert blocks[1]["items"][0]["label"] == "3."
    assert blocks[6] == {"type": "pre", "text": "x = 1", "language": "python"}
    assert blocks[7]["cells"][0][1]["colspan"] == 2
    assert blocks[9]["caption"] == {"text": "f"}


def test_inline_html_becomes_rich_text():
    (block,) = rich(html='a <b>b <i>c</i></b> <a href="https://a.kz">d</a><a href="#x">e</a>&hellip;&apos;')
    assert block["text"] == [
        "a ",
        {"type": "bold", "text": ["b ", {"type": "italic", "text": "c"}]},
        " ",
        {"type": "url", "text": "d", "url": "https://a.kz"},
        {"type": "anchor_link", "text": "e", "anchor_name": "x"},
        "…'",
    ]


def test_markdown_becomes_blocks():
    source = "# T\n\n- a\n- **b**\n\n> q\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n```python\nx\n```\nend"
    assert [block["type"] for block in rich(markdown=source)] == (
        ["heading", "list", "blockquote", "table", "divider", "pre", "paragraph"]
    )


def test_markdown_may_hold_html_and_media():
    source = (
        '# T\n<details open><summary>s</summary>\n<p>a</p>\n</details>\n\n![](https://a.kz/1.jpg "жазу")\n<hr/>\nend'
    )
    blocks = rich(markdown=source)
    assert [block["type"] for block in blocks] == ["heading", "details", "photo", "divider", "paragraph"]
    assert blocks[1]["blocks"] == [{"type": "paragraph", "text": "a"}]
    assert blocks[2]["caption"] == {"text": "жазу"}


@given(
    st.lists(
        st.sampled_from(["# ", "- ", "> ", "|", "```", "<p>", "</p>", "<details>", "**", "[a](", "\n", "x"]),
        max_size=25,
    )
)
@settings(max_examples=200, deadline=None)
def test_no_rich_markdown_breaks_the_parser(pieces):
    with contextlib.suppress(Refusal):
        assert rich(markdown="".join(pieces))


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<p>a<script>b</script></p>", 'Unsupported start tag "script" at byte offset 4'),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<p>ә<b>", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ә</b>", "Unexpected end tag at byte offset 2"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler"'),
    ],
)
def test_broken_rich_html_is_refused_with_its_place(html, why):
    assert refusal(html=html) == f"can't parse rich message: {why}"


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({}, "rich message must be non-empty"),
        ({"html": " "}, "rich message must be non-empty"),
        ({"html": "a", "markdown": "a"}, "exactly one of the fields html, markdown and blocks must be used"),
        ({"blocks": [{"type": "heading", "size": 7, "text": "x"}]}, "invalid section heading size specified"),
        ({"blocks": [{"type": "list", "items": []}]}, "list must be non-empty"),
        (
            {"blocks": [{"type": "list", "items": [{"blocks": [paragraph()]}, {"blocks": [paragraph()], "value": 2}]}]},
            "list must be either ordered or unordered",
        ),
        ({"blocks": [{"type": "collage", "blocks": [paragraph()]}]}, "RICH_VALIDATE_CTOR_NOT_ALLOWED"),
        ({"blocks": [{"type": "thinking", "text": "x"}]}, "RICH_VALIDATE_CTOR_NOT_ALLOWED"),
        ({"html": "<table><tr><td><p>x</p></td></tr></table>"}, "RICH_VALIDATE_CTOR_NOT_ALLOWED"),
        ({"html": "<p><img src='https://a.kz/1.jpg'/></p>"}, "RICH_VALIDATE_CTOR_NOT_ALLOWED"),
        ({"html": "<img src='1.jpg'/>"}, "can't parse rich message: wrong HTTP URL specified"),
        (
            {"blocks": [{"type": "buttons", "buttons": [{"text": "x", "callback_data": "y"}] * 9}]},
            "a block of buttons must have from 1 to 8 of them",
        ),
        (
            {"blocks": [{"type": "buttons", "buttons": [{"text": "x", "callback_data": "y" * 65}]}]},
            "BUTTON_DATA_INVALID",
        ),
        (
            {"blocks": [{"type": "map", "location": {}, "zoom": 25, "width": 1, "height": 1}]},
            "invalid map properties specified",
        ),
    ],
)
def test_what_a_block_may_not_be(message, why):
    assert refusal(**message) == why


def test_32768_characters_are_taken_and_one_more_is_not():
    rich(blocks=[paragraph("x" * 32_766 + "🙂")])
    assert refusal(blocks=[paragraph("x" * 32_767 + "🙂")]) == "rich message is too long"


def test_500_blocks_are_taken_and_one_more_is_not():
    rich(blocks=[paragraph()] * 500)
    assert refusal(blocks=[paragraph()] * 501) == "rich message has too many blocks"


def test_items_and_rows_count_as_blocks():
    items = [{"blocks": [paragraph()]}] * 250
    assert refusal(blocks=[{"type": "list", "items": items}]) == "rich message has too many blocks"


def nested(depth):
    block = paragraph()
    for _ in range(depth):
        block = {"type": "blockquote", "blocks": [block]}
    return block


def test_nesting_ends_at_16():
    rich(blocks=[nested(15)])
    assert refusal(blocks=[nested(16)]) == "rich message is nested too deeply"


def test_formatting_nests_too():
    text = "x"
    for _ in range(16):
        text = {"type": "bold", "text": text}
    assert refusal(blocks=[paragraph(text)]) == "rich message is nested too deeply"


def test_50_media_are_taken_and_one_more_is_not():
    photo = {"type": "photo", "photo": {"type": "photo", "media": "https://a.kz/1.jpg"}}
    rich(blocks=[photo] * 50)
    assert refusal(blocks=[photo] * 51) == "rich message has too many media"


def test_20_columns_are_taken_and_one_more_is_not():
    cell = {"text": "x", "align": "left", "valign": "top"}
    rich(blocks=[{"type": "table", "cells": [[cell] * 20]}])
    wide = [[cell] * 18 + [cell | {"colspan": 3}]]
    assert refusal(blocks=[{"type": "table", "cells": wide}]) == "table has too many columns"


async def test_wrong_types_inside_blocks_are_named(call, reader):
    wrong = {"blocks": [{"type": "heading", "size": "big", "text": "x"}]}
    assert await call.refused("sendRichMessage", chat_id=reader.id, rich_message=wrong) == (
        '400 Bad Request: can\'t parse rich message: Field "size" must be a valid Number'
    )
    unknown = {"blocks": [{"type": "marquee", "text": "x"}]}
    assert "unsupported type specified" in await call.refused(
        "sendRichMessage", chat_id=reader.id, rich_message=unknown
    )


TAGS = st.sampled_from(
    [
        "b",
        "i",
        "p",
        "h1",
        "ul",
        "ol",
        "li",
        "table",
        "tr",
        "td",
        "details",
        "summary",
        "blockquote",
        "a",
        "tg-math",
        "span",
        "br",
        "hr",
        "img",
    ]
)
ATTRIBUTES = st.sampled_from(("<ol start='x'>", "<li value='²'>", "<tg-map lat='1' long='y'/>", "<td colspan='-1'>"))
PIECES = st.one_of(
    ATTRIBUTES,
    st.text(max_size=8),
    TAGS.map("<{}>".format),
    TAGS.map("</{}>".format),
    st.sampled_from(["&lt;", "&", "<", '"']),
)


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_rich_html_breaks_the_parser(html):
    with contextlib.suppress(Refusal):
        assert rich(html=html)
