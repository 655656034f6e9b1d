"""Which lines of a captured page are the article: a line's words, its shape, and what stands around it.

The body is the stretch of lines with the greatest sum: sentences count for it, furniture, headlines, dates and clocks
against it. Lines that ask for comments or list other headlines end it. Where signs are missing, text is kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from news.furniture import Kind, is_advert, is_behind, is_rubric
from news.lines import DATED, ENDS, LISTED, TEASER, Line
from news.sentences import without_dateline

_WORD = re.compile(r"[^\W\d_]{4,}")
_CREDITED = re.compile(r"©|фото|сурет|[pf]h?oto|s[uý]ret|скрин|видео", re.IGNORECASE)
BODY_LEAST = 40  # characters of sentences; less is no article
_ARTICLE = 2  # paragraphs after which a heading of comments ends the search
_REPEATS = 3  # lines up to the headline that a picture below its lead says again
_NEAR = 5  # lines above the text where such a headline is looked for
_ADVERT = 3  # lines of an advertisement in the text
_PASSED = 4  # lines of furniture between two paragraphs
_BEGUN = 8.0  # the sum of an article that has begun: what a site says of itself above its menu is less
_PARAGRAPH = 25  # characters of the last one, short as it may be
_TWICE = 60  # characters of a paragraph that an article does not say again
_SHORTEST = 3  # characters of a line that says something
_MARKS = "-–—•·*"  # before the items of a list
_ROWS = 40  # of a list or a table in the text
_PASSING = frozenset((Kind.ASIDE, Kind.NOISE, Kind.CREDIT))
# What speaks to the reader or for the site is no paragraph of news.
_ADDRESSED = re.compile(r"\b(?:(?:наш|ваш|редакци|біз|сіз)\w{0,4}|вы|вас|вам|нас)\b", re.IGNORECASE)
_QUOTED = re.compile(r"«[^»]*»?|\"[^\"]*\"?")
# Speech and items of a list, which no headline looks like.
_NO_HEADLINE = re.compile(r"[–—-]\s.*[.!?;:,]$|\d{1,2}[.)]\s|.*[.;:]$")
_INTRODUCES = 25  # characters of a paragraph that ends with a colon: its list follows
# «Пикет у здания. Жанаозен, 3 августа 2026 года.»: a picture's place and day.
_CAPITAL = r"[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ]"
_PLACED = re.compile(
    rf"(?:^|[.!?»]\s){_CAPITAL}[\w-]+(?:\s(?:{_CAPITAL}[\w-]+|область|облысы|қаласы|район|ауданы|ауылы)){{0,2}},"
    r"\s\d{1,2}\s[^\W\d]+\s(?:19|20)\d\d(?:\s(?:года|г|жыл|ж))?\.?$"
)
_NAMES = re.compile(rf"(?:{_CAPITAL}[\w.-]*,?\s?){{2,4}}")
# Whose news it is: a paragraph, though it is printed twice.
_SAYS = re.compile(r"(?:сообща|переда[её]|пиш[еу]|информиру|хабарла|жаза|мәлім)\w+", re.IGNORECASE)
_PATH = re.compile(r"[/>»›→|]\s*$")
# An office under its own news.
_SIGNED = re.compile(
    r"(?:отдел|управление|департамент|пресс-служба|аппарат|акимат|комитет|министерство)\b"
    r"|.*(?:басқармасы|бөлімі|қызметі|департаменті|әкімдігі|аппараты|qyzmet[iı])$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """Where things stand in `lines`: the title's index, the body's indices in order, where its running text begins."""

    lines: Sequence[Line]
    title: int | None
    body: tuple[int, ...]
    text: int

    @property
    def header(self) -> tuple[int, ...]:
        """Lines between the title and the running text, but a lead; without a title, those close before the text."""
        above = range(self.title + 1 if self.title is not None else max(0, self.text - 5), self.text)
        return tuple(index for index in above if index not in self.body)

    @property
    def tail(self) -> range:
        """Lines after the body."""
        return range(self.body[-1] + 1, len(self.lines))


def find_parts(lines: Sequence[Line]) -> Parts | None:
    """The title and the body, or None where no stretch of lines is an article."""
    core = _core(lines)
    if core is None:
        return None
    first, last = core
    first = _without_motto(lines, first, last)
    title = _title(lines, first, last)
    while title is None and first < last and not lines[first].is_sentence:
        first += 1
    text = first if title is None else max(first, title + 1)
    last = _downwards(lines, last)
    body = _kept(lines, text, last, title)
    if sum(len(lines[index].text) for index in body) < BODY_LEAST:
        return None
    return Parts(lines, title, body, text)


def _core(lines: Sequence[Line]) -> tuple[int, int] | None:
    """The stretch with the greatest sum that no stop line divides; of two articles on a page, the first. What stands
    behind an article, people's comments above all, is none, however much it is."""
    stretches: list[tuple[float, int, int]] = []
    total, start = 0.0, 0
    best = (0.0, 0, 0)
    passed = 0
    for index, line in enumerate(lines):
        if line.kind in (Kind.STOP, Kind.LEGAL):
            stretches.append(best)
            said = any(_is_article(lines, one) for one in stretches) or (total > 0 and _is_dialogue(lines[index + 1 :]))
            if said and line.kind is Kind.STOP and is_behind(line.text):
                break
            total, best = 0.0, (0.0, 0, 0)
            continue
        if total <= 0 or _begins_another(lines, index):
            if _is_article(lines, best):
                stretches.append(best)
                total, best = 0.0, (0.0, 0, 0)
            if total <= 0:
                total, start = 0.0, index
        if line.kind in _PASSING and index >= passed and total > (_BEGUN if line.kind is Kind.NOISE else 0):
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
        if line.is_sentence and line.kind is Kind.TEXT and (_NO_HEADLINE.match(line.text) or not _exclaims(line.text)):
            following = lines[other + 1 : other + 3]
            leads = [one.is_sentence for one in following if one.kind is Kind.TEXT] == [False, True]
            leads = (leads or any(map(_dated, following[:1]))) and lines[other - 1].kind is Kind.TEXT
            addressed = _ADDRESSED.search(_QUOTED.sub("", line.text))
            said = len(line.text) >= _PARAGRAPH and _NO_HEADLINE.match(line.text) and not addressed
            return other if said and not (leads and may_end) and not TEASER.search(line.text) else index
        author = line.kind is Kind.CREDIT and not _CREDITED.search(line.text)
        if author or _dated(line) or line.kind not in (Kind.TEXT, *_PASSING) or line.text.startswith("#"):
            break
    return index


def _begins_another(lines: Sequence[Line], index: int) -> bool:
    """Whether a date stands here by a headline: another article, or a list of them."""
    by = (lines[other] for other in (index - 1, index + 1) if 0 <= other < len(lines))
    return _dated(lines[index]) and any(map(_is_headline, by))


def _listed(lines: Sequence[Line], index: int) -> int:
    """Where the text goes on behind a list or a table that a colon introduces at `index`, else `index`."""
    if _introduces(lines[index]):
        for other in range(index + 1, min(index + 1 + _ROWS, len(lines))):
            if lines[other].is_sentence:
                return other
            if lines[other].kind not in (Kind.TEXT, Kind.NUMBER) or _dated(lines[other]):
                break
    return index


def _introduces(line: Line) -> bool:
    return line.is_sentence and len(line.text) >= _INTRODUCES and line.text.endswith(":")


def _is_row(line: Line) -> bool:
    """Whether it may be of a list or a table: a number in it, a small letter or a dash before it, a comma behind."""
    text = line.text
    shaped = any(map(str.isdigit, text)) or text[0].islower() or text[0] in _MARKS or text.endswith((";", ","))
    return line.kind is Kind.TEXT and not _dated(line) and shaped


def _without_motto(lines: Sequence[Line], first: int, last: int) -> int:
    """Where the text begins below what the site says of itself: no headline above that, a menu right under it."""
    own = lines[first].is_sentence and not _exclaims(lines[first].text)
    if not own or first >= last or lines[first + 1].kind is not Kind.NOISE or any(map(_is_headline, lines[:first])):
        return first
    below = range(first + 1, last + 1)
    head = next((index for index in below if _is_headline(lines[index]) or lines[index].is_sentence), first)
    text = (index for index in below if index > head and lines[index].is_sentence)
    return next(text, first) if _is_headline(lines[head]) else first


def _is_headline(line: Line) -> bool:
    return line.kind is Kind.TEXT and not line.is_sentence and not _dated(line) and line.text.count(" ") >= 2


def _is_article(lines: Sequence[Line], stretch: tuple[float, int, int]) -> bool:
    total, first, last = stretch
    return total > 0 and sum(line.weight > 1 for line in lines[first : last + 1]) >= _ARTICLE


def _is_dialogue(lines: Sequence[Line]) -> bool:
    """Whether a name, what somebody says, a name, what somebody says come first: comments."""
    said = [line.is_sentence for line in lines[:4] if line.kind is Kind.TEXT and len(line.text) > 2]
    return said == [False, True, False, True]


def _stems(text: str) -> set[str]:
    return {word[:5] for word in _WORD.findall(text.casefold().replace("ё", "е"))}


def _title(lines: Sequence[Line], first: int, last: int) -> int | None:
    """The line before the body that is most like its headline: it shares the body's words and is echoed on the page."""
    vocabulary = _stems(
        " ".join(without_dateline(line.text) for line in lines[first + 1 : last + 1] if line.is_sentence)
    )
    with_opening = vocabulary | _stems(without_dateline(lines[first].text))
    chosen, highest = None, 0.6
    # The body's own first line may be the headline: a question or a shout is a sentence by its shape.
    for index in range(first + (1 if first < last and _exclaims(lines[first].text) else 0)):
        line = lines[index]
        if line.kind is not Kind.TEXT or len(line.text) > 300 or line.weight <= DATED or _PLACED.search(line.text):
            continue
        score = _likeness(lines, index, with_opening if index < first else vocabulary) - 0.05 * min(first - index, 60)
        score -= 3.0 if _SIGNED.match(line.text) and any(one.text == line.text for one in lines[last + 1 :]) else 0.0
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
    dates = [_dated(line) for line in near]
    headline = head.kind is Kind.TEXT and head.text.count(" ") >= 3 and not (head.is_sentence or _dated(head))
    rubric = is_rubric(near[-1].text)
    return headline and any(dates[-1 - rubric :]) and sum(dates) == 1 and not LISTED.match(head.text)


def _said_twice(lines: Sequence[Line], first: int) -> int | None:
    """The headline that has no word of the text («Дождь кончился»): printed again, or longer, in the lines above it;
    else what is shaped like one and stands nearest, its lead aside."""
    above = range(max(0, first - _NEAR), first)
    for index in above:
        line = lines[index]
        again = any(line.text in lines[other].text for other in above if other != index)
        if again and line.kind is Kind.TEXT and " " in line.text and line.weight > DATED:
            return index
    for index in reversed(above):
        if lines[index].kind in (Kind.STOP, Kind.ASIDE):
            break
        if _may_head(lines, index):
            return index - 1 if index - 1 in above and _may_head(lines, index - 1) else index
    return None


def _may_head(lines: Sequence[Line], index: int) -> bool:
    line = lines[index]
    told = LISTED.match(line.text) or TEASER.search(line.text) or _NAMES.fullmatch(line.text) or line.date
    return _is_headline(line) and line.text.count(" ") >= 3 and line.text[-1] not in ",;:" and not told


def _exclaims(text: str) -> bool:
    return len(text) <= 150 and text.endswith(("?", "!", "?»", "!»"))


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
    score -= 2.0 if _NAMES.fullmatch(text) else 0.0  # a byline
    # A sentence that begins with it says who did something: «Отдел образования сообщает…».
    others = [other for n, other in enumerate(lines) if n != index and not (other.weight > 1 and other.text != text)]
    if any(len(other.text) >= len(text) and text in other.text for other in others):
        score += 1.5
    at_path = any(_ends_path(other.text, text) for other in others)
    following = lines[index + 1 : index + 4]
    if any(line.date or line.kind in (Kind.NUMBER, Kind.VIEWS) for line in following):
        score += 1.0
    if index and lines[index - 1].kind is Kind.ASIDE:
        score -= 2.0
    # Without a word in common only the place speaks for it: a menu stands at the top as well.
    return score if stems & vocabulary or at_path else 0.4 * score


def _ends_path(text: str, title: str) -> bool:
    """«Алматы и область / {title}»: the way to the page, with its headline at the end."""
    return len(title) > 10 and text.endswith(title) and _PATH.search(text[: -len(title)]) is not None


def _echoes(text: str, title: str) -> bool:
    """Whether a line only says the title again, a credit, the site's name or a date behind it, or the way to it."""
    if _ends_path(text, title):
        return True
    if not text.startswith(title) or len(title) <= 10:
        return False
    behind = text[len(title) :]
    goes_on = (len(behind) >= 40 or _SAYS.search(behind)) and ENDS.search(behind) and not _CREDITED.search(behind)
    return len(behind) <= 100 and not goes_on


def _dated(line: Line) -> bool:
    return line.weight <= DATED


def _downwards(lines: Sequence[Line], last: int) -> int:
    """Take in a last paragraph that lost its full stop: one long line; two such lines are headlines of other news."""
    above = last
    while above > 0 and lines[above].text[0] in _MARKS and lines[above].text[0] == lines[last].text[0]:
        above -= 1
    if _introduces(lines[above]):
        while last + 1 < len(lines) and _is_row(lines[last + 1]):
            last += 1
    following = lines[last + 1 : last + 3]
    if not following:
        return last
    line = following[0]
    if len(following) > 1 and line.kind is Kind.CREDIT and _CREDITED.search(line.text) and following[1].is_sentence:
        return last + 2  # a picture before the last paragraph
    headline_next = len(following) > 1 and following[1].kind is Kind.TEXT and following[1].text.count(" ") >= 3
    furniture = LISTED.match(line.text) or TEASER.search(line.text) or _SIGNED.match(line.text)
    if line.kind is Kind.TEXT and not _dated(line) and not furniture:
        attributed = re.search(r"(?:сообщает|передает|пишет|хабарлайды|жазады)\s\S+$", line.text)
        signed_next = headline_next and line.text.count(" ") >= 4 and _SIGNED.fullmatch(following[1].text)
        if attributed or signed_next or (len(line.text) >= 70 and not headline_next):
            return last + 1
    return last


def _kept(lines: Sequence[Line], first: int, last: int, title: int | None) -> tuple[int, ...]:
    """The indices of the body: inside the stretch only what is surely furniture is left out.

    Of the lines between the title and the stretch those are taken in that are long enough to be a lead.
    """
    head = lines[title].text if title is not None else None
    kept: list[int] = []
    said: set[str] = set()
    aside = False
    advert = -1
    for index in range(first if title is None else title + 1, last + 1):
        line = lines[index]
        if is_advert(line.text):
            advert = max(advert, _advert_end(lines, index))
        if index <= advert or _begins_next(lines, index):
            continue
        if line.kind is Kind.ASIDE:
            aside = not line.rest  # alone on its line: the headline follows
            continue
        if line.kind is Kind.NOISE and index and aside and lines[index - 1].kind is Kind.TEXT:
            aside = False  # its headlines are over
        if line.kind is not Kind.TEXT or _dated(line) or LISTED.match(line.text) or _is_caption(lines, index):
            continue
        if len(line.text) < _SHORTEST:
            continue
        if (head is not None and _echoes(line.text, head)) or line.text in said:
            continue
        if aside and (not line.is_sentence or len(line.text) < 120) and not _NO_HEADLINE.match(line.text):
            continue
        if index < first and (line.text.count(" ") < 4 or len(line.text) < 35):
            continue
        aside = False
        kept.append(index)
        if len(line.text) >= _TWICE:
            said.add(line.text)
    return tuple(kept)


def _advert_end(lines: Sequence[Line], index: int) -> int:
    """The last line of the advertisement marked at `index`: up to the next mark, unless a paragraph is between."""
    for other in range(index + 1, min(index + _ADVERT + 1, len(lines))):
        if is_advert(lines[other].text):
            return other
        if lines[other].is_sentence and lines[other].text.endswith("."):
            break
    return index


def _begins_next(lines: Sequence[Line], index: int) -> bool:
    """A line that the next one says from its beginning, and more: a teaser above its paragraph, a dateline alone."""
    following = lines[index + 1].text if index + 1 < len(lines) else ""
    text = lines[index].text.rstrip("…. ").casefold()
    return len(text) > 10 and len(following) > len(text) + 20 and following.casefold().startswith(text)


def _is_caption(lines: Sequence[Line], index: int) -> bool:
    """A short line printed twice running, a picture's description, then its caption; one with its place and day; who is
    on the picture, above its credit."""
    text = lines[index].text
    if len(text) <= 200 and _PLACED.search(text):
        return True
    if _NAMES.fullmatch(text) and index + 1 < len(lines) and lines[index + 1].kind is Kind.CREDIT:
        return True
    return (len(text) <= 200 and not _SAYS.search(text)) and any(
        0 <= other < len(lines) and lines[other].text == text for other in (index - 1, index + 1)
    )
