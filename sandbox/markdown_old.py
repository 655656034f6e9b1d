"""Telegram's old Markdown, which knows no nesting (the rules and sentences are tdlib's)."""

from sandbox.marks import Growing, wrong_entities
from sandbox.refusal import Json

_OLD_MARKS = {"_": "italic", "*": "bold", "`": "code", "[": "text_link"}


def parse_markdown(source: str) -> tuple[str, list[Json]]:
    """Text and entities of the old ``Markdown``, which knows no nesting."""
    text = Growing(source)
    while text.at < len(source):
        character = source[text.at]
        if character == "\\" and source[text.at + 1 : text.at + 2] in set(_OLD_MARKS):
            text.say(source[text.at + 1])
            text.at += 2
        elif character in _OLD_MARKS:
            _old_entity(text, _OLD_MARKS[character])
        else:
            text.say(character)
            text.at += 1
    return text.result()


def _old_entity(text: Growing, kind: str) -> None:
    source, begin = text.source, text.at
    end_mark = "]" if kind == "text_link" else source[begin]
    text.at += 1
    language = ""
    if source.startswith("```", begin):
        kind, end_mark = "pre", "```"
        text.at = begin + 3
        language = text.language()
    end = source.find(end_mark, text.at)
    if end < 0:
        raise wrong_entities(f"Can't find end of the entity starting at byte offset {text.byte(begin)}")
    offset = text.length
    text.say(source[text.at : end])
    text.at = end + len(end_mark)
    if kind != "text_link":
        text.mark(kind, offset, **({"language": language} if language else {}))
        return
    url = source[begin + 1 : end]
    if source[text.at : text.at + 1] == "(":
        close = source.find(")", text.at)
        url = source[text.at + 1 : close if close >= 0 else len(source)]
        text.at = close + 1 if close >= 0 else len(source)
    text.link(offset, url)
