"""Which line of a captured page is the headline: it shares the words of the text below it and is echoed on the page."""

import re
from collections.abc import Sequence

from news.pages.boilerplate import LineKind, is_rubric
from news.pages.lines import DATED, LISTED, TEASER, Line
from news.pages.shapes import NAMES, PLACED, SIGNED, ends_path, exclaims, is_dated, is_headline
from news.text.sentences import without_dateline

_WORD = re.compile(r"[^\W\d_]{4,}")
_REPEATS = 3  # lines up to the headline that a picture below its lead says again
_NEAR = 5  # lines above the text where such a headline is looked for


def title_in(lines: Sequence[Line], first: int, last: int) -> int | None:
    """The line before the body that is most like its headline: it shares the body's words and is echoed on the page."""
    vocabulary = _stems(
        " ".join(without_dateline(line.text) for line in lines[first + 1 : last + 1] if line.is_sentence)
    )
    with_opening = vocabulary | _stems(without_dateline(lines[first].text))
    chosen, highest = None, 0.6
    # The body's own first line may be the headline: a question or a shout is a sentence by its shape.
    for index in range(first + (1 if first < last and exclaims(lines[first].text) else 0)):
        line = lines[index]
        if line.kind is not LineKind.TEXT or len(line.text) > 300 or line.weight <= DATED or PLACED.search(line.text):
            continue
        score = _likeness(lines, index, with_opening if index < first else vocabulary) - 0.05 * min(first - index, 60)
        score -= 3.0 if SIGNED.match(line.text) and any(one.text == line.text for one in lines[last + 1 :]) else 0.0
        if score > highest:
            chosen, highest = index, score
    if chosen is None:
        return _said_twice(lines, first)
    # A picture below the lead says the headline again.
    above = range(chosen - 2, max(0, chosen - _REPEATS) - 1, -1)
    again = next((index for index in above if lines[index].text == lines[chosen].text), None)
    if again is not None:
        return again
    return chosen - 1 if _is_lead(lines, chosen) else chosen


def _is_lead(lines: Sequence[Line], index: int) -> bool:
    """Whether the line stands under another headline, and above that, at most a rubric between, the only date near: it
    is that headline's lead."""
    if index < 2 or index + 1 == len(lines):
        return False
    if lines[index - 1].text == lines[index + 1].text:
        return True  # a picture below it says the headline again
    head, near = lines[index - 1], lines[max(0, index - _NEAR - 2) : index - 1]
    dates = [is_dated(line) for line in near]
    headline = head.kind is LineKind.TEXT and head.text.count(" ") >= 3 and not (head.is_sentence or is_dated(head))
    rubric = is_rubric(near[-1].text)
    return headline and any(dates[-1 - rubric :]) and sum(dates) == 1 and not LISTED.match(head.text)


def _said_twice(lines: Sequence[Line], first: int) -> int | None:
    """The headline that has no word of the text («Дождь кончился»): printed again, or longer, in the lines above it;
    else what is shaped like one and stands nearest, its lead aside."""
    above = range(max(0, first - _NEAR), first)
    for index in above:
        line = lines[index]
        again = any(line.text in lines[other].text for other in above if other != index)
        if again and line.kind is LineKind.TEXT and " " in line.text and line.weight > DATED:
            return index
    for index in reversed(above):
        if lines[index].kind in (LineKind.STOP, LineKind.ASIDE):
            break
        if _may_head(lines, index):
            return index - 1 if index - 1 in above and _may_head(lines, index - 1) else index
    return None


def _may_head(lines: Sequence[Line], index: int) -> bool:
    line = lines[index]
    told = LISTED.match(line.text) or TEASER.search(line.text) or NAMES.fullmatch(line.text) or line.date
    return is_headline(line) and line.text.count(" ") >= 3 and line.text[-1] not in ",;:" and not told


def _likeness(lines: Sequence[Line], index: int, vocabulary: set[str]) -> float:
    text = lines[index].text
    stems = _stems(text)
    words = text.count(" ") + 1
    if not stems or (words < 2 and len(text) < 12):
        return 0.0
    score = 4.0 * len(stems & vocabulary) / (len(stems) + 1)
    score += 1.0 if 4 <= words <= 20 else -0.5
    score += 1.0 if index == 0 else 0.0
    score -= 2.0 if text.endswith((".", ":", ",", ";")) else 0.0
    score -= 1.5 if LISTED.match(text) or TEASER.search(text) else 0.0
    score -= 1.5 if len(text) > 200 else 0.0
    score -= 2.0 if NAMES.fullmatch(text) else 0.0  # a byline
    # A sentence that begins with it says who did something: «Отдел образования сообщает…».
    others = [other for n, other in enumerate(lines) if n != index and not (other.weight > 1 and other.text != text)]
    if any(len(other.text) >= len(text) and text in other.text for other in others):
        score += 1.5
    at_path = any(ends_path(other.text, text) for other in others)
    following = lines[index + 1 : index + 4]
    if any(line.date or line.kind in (LineKind.NUMBER, LineKind.VIEWS) for line in following):
        score += 1.0
    if index and lines[index - 1].kind is LineKind.ASIDE:
        score -= 2.0
    # Without a word in common only the place speaks for it: a menu stands at the top as well.
    return score if stems & vocabulary or at_path else 0.4 * score


def _stems(text: str) -> set[str]:
    return {word[:5] for word in _WORD.findall(text.casefold().replace("ё", "е"))}
