"""Documents spoilt as accident and malice spoil them."""

import random

_POISON = [
    b"&#xD800;", b"&#x110000;", b"&#99999999999;", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"]]>", b"<![CDATA[", b"<!--",
    b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>", b"&b;", b"<script>", b"javascript:", b"</item>",
    b"<item>", b"<entry>", b"</channel>", b"<title>", b"http://[", b"https://a:b@c/", b"9999999999999999999999",
    b"Mon, 32 Foo 99999 99:99:99 +9999", b"2026-02-30T25:61:61Z", b"\xe2\x80\xae", b"%%%", b'"', b"'", b"{", b"}", b"[",
    b"<" * 50, b"&" * 50, b"<a>" * 100, b"xmlns:q='x'", b"<content type='application/octet-stream'>!!!!</content>",
    b"<georss:polygon>1 2 3</georss:polygon>", b"<link href='//'/>", b"<guid isPermaLink='maybe'>", b"1e999", b"-1",
]  # fmt: skip


def mutated(content: bytes, dice: random.Random) -> bytes:
    """The document with one to six accidents: bytes turned, cut, doubled, swapped, poison put in."""
    data = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data) or 1)
        length = dice.randint(1, 40)
        match dice.randrange(6):
            case 0 if data:
                data[at] = dice.randrange(256)
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length * 10]
            case 3:
                data[at:at] = dice.choice(_POISON)
            case 4:
                other = dice.randrange(len(data) or 1)
                data[at : at + length], data[other : other + length] = (
                    data[other : other + length],
                    data[at : at + length],
                )
            case _:
                end = data.find(b">", at)
                start = data.rfind(b"<", 0, at)
                if 0 <= start < end:
                    del data[start : end + 1]
    return bytes(data)
