"""Which stretch of a captured page's lines is the article: the one with the greatest sum of its lines' weights."""

import re
from collections.abc import Sequence

from news.pages.boilerplate import LineKind, is_behind
from news.pages.credits import CREDITED
from news.pages.lines import TEASER, Line
from news.pages.shapes import NO_HEADLINE, exclaims, introduces, is_dated, is_headline

_ARTICLE = 2  # paragraphs after which a heading of comments ends the search
_PASSED = 4  # lines of boilerplate between two paragraphs
_BEGUN = 8.0  # the sum of an article that has begun: what a site says of itself above its menu is less
_PARAGRAPH = 25  # characters of the last one, short as it may be
_ROWS = 40  # of a list or a table in the text
_PASSING = frozenset((LineKind.ASIDE, LineKind.NOISE, LineKind.CREDIT))
# What speaks to the reader or for the site is no paragraph of news.
_ADDRESSED = re.compile(r"\b(?:(?:наш|ваш|редакци|біз|сіз)\w{0,4}|вы|вас|вам|нас)\b", re.IGNORECASE)
_QUOTED = re.compile(r"«[^»]*»?|\"[^\"]*\"?")


def stretch_in(lines: Sequence[Line]) -> tuple[int, int] | None:
    """The stretch with the greatest sum that no stop line divides; of two articles on a page, the first. What stands
    behind an article, people's comments above all, is none, however much it is."""
    stretches: list[tuple[float, int, int]] = []
    total, start = 0.0, 0
    best = (0.0, 0, 0)
    passed = 0
    for index, line in enumerate(lines):
        if line.kind in (LineKind.STOP, LineKind.LEGAL):
            stretches.append(best)
            said = any(_is_article(lines, one) for one in stretches) or (total > 0 and _is_dialogue(lines[index + 1 :]))
            if said and line.kind is LineKind.STOP and is_behind(line.text):
                break
            total, best = 0.0, (0.0, 0, 0)
            continue
        if total <= 0 or _begins_another(lines, index):
            if _is_article(lines, best):
                stretches.append(best)
                total, best = 0.0, (0.0, 0, 0)
            if total <= 0:
                total, start = 0.0, index
        if line.kind in _PASSING and index >= passed and total > (_BEGUN if line.kind is LineKind.NOISE else 0):
            passed = _goes_on(lines, index, may_end=_is_article(lines, best))
        if index < passed:
            continue
        passed = _listed(lines, index) if total > 0 else index
        total += line.weight
        if total > best[0]:
            best = (total, start, index)
    else:
        stretches.append(best)
    most = max(stretch[0] for stretch in stretches)
    if most <= 0:
        return None
    # Of several paragraphs, it may be much shorter than the next article below it.
    chosen = next(one for one in stretches if one[0] >= most * (0.4 if _is_article(lines, one) else 0.6))
    return chosen[1], chosen[2]


def _goes_on(lines: Sequence[Line], index: int, *, may_end: bool) -> int:
    """Where the article goes on behind a link, a picture or a button in its midst; `index` where it may be over.

    A few lines without dates, then a paragraph that is no call to the reader, and not the first of many leads where
    the article `may_end`.
    """
    for other in range(index + 1, min(index + 1 + _PASSED, len(lines))):
        line = lines[other]
        if (
            line.is_sentence
            and line.kind is LineKind.TEXT
            and (NO_HEADLINE.match(line.text) or not exclaims(line.text))
        ):
            following = lines[other + 1 : other + 3]
            leads = [one.is_sentence for one in following if one.kind is LineKind.TEXT] == [False, True]
            leads = (leads or any(map(is_dated, following[:1]))) and lines[other - 1].kind is LineKind.TEXT
            addressed = _ADDRESSED.search(_QUOTED.sub("", line.text))
            said = len(line.text) >= _PARAGRAPH and NO_HEADLINE.match(line.text) and not addressed
            return other if said and not (leads and may_end) and not TEASER.search(line.text) else index
        author = line.kind is LineKind.CREDIT and not CREDITED.search(line.text)
        if author or is_dated(line) or line.kind not in (LineKind.TEXT, *_PASSING) or line.text.startswith("#"):
            break
    return index


def _begins_another(lines: Sequence[Line], index: int) -> bool:
    """Whether a date stands here by a headline: another article, or a list of them."""
    by = (lines[other] for other in (index - 1, index + 1) if 0 <= other < len(lines))
    return is_dated(lines[index]) and any(map(is_headline, by))


def _listed(lines: Sequence[Line], index: int) -> int:
    """Where the text goes on behind a list or a table that a colon introduces at `index`, else `index`."""
    if introduces(lines[index]):
        for other in range(index + 1, min(index + 1 + _ROWS, len(lines))):
            if lines[other].is_sentence:
                return other
            if lines[other].kind not in (LineKind.TEXT, LineKind.NUMBER) or is_dated(lines[other]):
                break
    return index


def without_motto(lines: Sequence[Line], first: int, last: int) -> int:
    """Where the text begins below what the site says of itself: no headline above that, a menu right under it."""
    own = lines[first].is_sentence and not exclaims(lines[first].text)
    if not own or first >= last or lines[first + 1].kind is not LineKind.NOISE or any(map(is_headline, lines[:first])):
        return first
    below = range(first + 1, last + 1)
    head = next((index for index in below if is_headline(lines[index]) or lines[index].is_sentence), first)
    text = (index for index in below if index > head and lines[index].is_sentence)
    return next(text, first) if is_headline(lines[head]) else first


def _is_article(lines: Sequence[Line], stretch: tuple[float, int, int]) -> bool:
    total, first, last = stretch
    return total > 0 and sum(line.weight > 1 for line in lines[first : last + 1]) >= _ARTICLE


def _is_dialogue(lines: Sequence[Line]) -> bool:
    """Whether a name, what somebody says, a name, what somebody says come first: comments."""
    said = [line.is_sentence for line in lines[:4] if line.kind is LineKind.TEXT and len(line.text) > 2]
    return said == [False, True, False, True]
