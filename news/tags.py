"""The tags that a captured page prints: by a label, with commas, with hashes, or as places alone on a line."""

import re

from news.capture import Parts
from news.furniture import Kind, is_place, is_rubric
from news.readership import COUNT_FIRST

_HASHTAG = re.compile(r"#([\w-]+)")


def tags_of(parts: Parts) -> tuple[str, ...]:
    """The tags in the page's order, each once; a rubric or a menu's word is none."""
    found = [*_comma_run(parts), *_behind_count(parts), *_labelled_tags(parts), *_hashtags(parts), *_places(parts)]
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _comma_run(parts: Parts) -> list[str]:
    """One tag a line under the title, each but the last with a comma behind it."""
    lines = parts.lines
    run: list[str] = []
    for index in parts.header:
        text = lines[index].text
        if text.endswith(",") and len(text) <= 40:
            run.append(text.rstrip(", "))
        elif run:
            return [*run, text] if len(text) <= 40 and not lines[index].is_sentence else run
    return run


def _behind_count(parts: Parts) -> list[str]:
    """Tags behind date, count and rubric on one line («20 Апреля 2023 683 Социум Алматы, аким, субботник»)."""
    for index in parts.header:
        printed = parts.lines[index].date
        counted = COUNT_FIRST.match(printed.after) if printed else None
        if printed and counted:
            first, *others = printed.after[counted.end(1) :].strip().split(",")
            rubric, _, tag = first.strip().partition(" ")
            return [word.strip() for word in (tag or rubric, *others)] if others else []
    return []


def _labelled_tags(parts: Parts) -> list[str]:
    lines = parts.lines
    for index in (*parts.header, *parts.tail):
        line = lines[index]
        if line.kind is not Kind.TAGS:
            continue
        if line.rest:
            return [tag.strip(" #.") for tag in re.split(r"[,;|]|\s#", line.rest)]
        tags: list[str] = []
        for following in lines[index + 1 : index + 13]:
            rubric = is_rubric(following.text) and not following.gap
            if following.kind is not Kind.TEXT and not is_place(following.text) and not rubric:
                break
            if following.date or len(following.text) > 40 or following.text.count(" ") > 3:
                break
            if following.gap and tags and not lines[index + 1].gap:
                break
            tags += [tag.strip(" #.") for tag in following.text.split(",")]
        return tags
    return []


def _hashtags(parts: Parts) -> list[str]:
    """Lines of nothing but #words, by the title or after the body."""
    found: list[str] = []
    for index in (*parts.header, *parts.tail[:8]):
        text = parts.lines[index].text
        if text.startswith("#") and all(word.startswith("#") for word in text.replace(",", " ").split()):
            found += _HASHTAG.findall(text)
    return found


def _places(parts: Parts) -> list[str]:
    """«Қазақстан», «Алматы» alone on a line directly after the body."""
    found: list[str] = []
    for index in parts.tail[:6]:
        line = parts.lines[index]
        if is_place(line.text):
            found.append(line.text)
        elif line.kind in (Kind.STOP, Kind.ASIDE, Kind.LEGAL, Kind.CLOCK) or line.date or line.kind is Kind.TEXT:
            break
    return found
