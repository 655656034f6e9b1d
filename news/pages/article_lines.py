"""Which lines of a captured page make its article: headline, body, and what stands around them.

`news.pages.line_labels` tells what each line is. Here what its labels alone would lose is kept (a lead, a subheading, a
list's last item), and what they would let in is left out (a lead printed twice, a signature, a form's field).
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from news.pages.boilerplate import LineKind
from news.pages.line_features import DOMAIN, NAMES, RULES, SIGNED_ENDS, Key
from news.pages.line_labels import ARTICLE, PHONE, PICTURED, LineLabel, evened, label_lines
from news.pages.lines import DASHES, NUMBERED, Line
from news.text.dates import PrintedDate

BODY_LEAST = 40  # characters of text; less is no article
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_ITEM_MARKS = "-–—•·*0123456789"
_CLOSING = re.compile(r"(?:Ранее|Напомним|Отметим|Добавим|Айта\sкет|Бұған\sдейін|Еске\sсал)\w*[\s,]")
_ENUMERATED = re.compile(r"[^\W\d]+\s(?:№\s?)?\d{1,2}[.:]\s\S")  # «Шаг 2. Документы», below a picture too
_BULLETS = frozenset("•▪▫◾◽●○✅✔🔹🔸*")
_PATH = re.compile(r"[/>»›→|]\s*$")
_PLAIN_MARKS = (("–", "-"), ("—", "-"), ("«", '"'), ("»", '"'), ("“", '"'), ("”", '"'), ("„", '"'))
_OUTLET = re.compile(r"[«\"“][^«»\"“”]{2,30}[»\"”](?:\s[–—-]\s\w+)?\.?")  # «Газета» – ақпарат
_SITE_BEHIND = re.compile(r"\s+[|–—-]\s+\S")
_GLUED = re.compile(r"[a-zа-яёәғқңөұүһі][A-ZА-ЯЁӘҒҚҢӨҰҮҺІ«]")  # «ДомойНовостиМост открыт»

_NEAR = 5  # lines above the text of a page without a headline, and around a line that says the same
_LEADS = 2  # lines below the headline among which its lead is
_FEW = 3  # lines of a body that a list of news may be
_LONG_PAGE = 60  # lines of a page with lists of news
_CLOCKS = 2  # entries of a chronicle
_WORDS = 2  # of the shortest sentence
_SUBJECTS = 2  # commas between the subjects of a site

# Characters.
_LONGEST_SUBHEADING = 45
_LONGEST_LINK = 100  # a longer line between headline and text is a lead, wherever it is
_TWICE = 60  # of a paragraph that an article does not say again
_LONG_SAID = 40  # of a line whose words may stand in another one
_COMPARED = 1000  # by which lines are told apart
_SHORT = 10  # of a headline that a paragraph may begin with
_SHORTEST_ALONE = 20  # of a headline that another one holds
_PICTURE = 18  # that call it a picture, around the headline
_LONGEST_BEHIND = 60  # of a site's name or a date behind the headline said again


@dataclass(frozen=True, slots=True)
class CaptureParts:
    """The parts of `lines`: the title's index, the body's indices in order, and where its running text begins."""

    lines: Sequence[Line]
    labels: Sequence[LineLabel]
    title: int | None
    body: tuple[int, ...]
    text: int
    header: tuple[int, ...]
    """Lines between title and running text, without a lead; if there is no title, those close before the text."""
    tail: range
    """Lines after the body."""
    article: str
    """The body's lines."""


def find_parts(lines: Sequence[Line], seen: Sequence[Sequence[Key]]) -> CaptureParts | None:
    """The title and the body; None if no line belongs to an article. `seen` are the lines' `keys_of`."""
    labels = label_lines(lines, seen)
    body: list[int] = []
    said: set[str] = set()
    title = labels.index(LineLabel.HEADLINE) if LineLabel.HEADLINE in labels else None
    title = _without_site(lines, title) if title is not None else None
    head = evened(lines[title].text) if title is not None else ""
    first = next((index for index, label in enumerate(labels) if label is LineLabel.TEXT), 0)
    last = 0
    for index, (line, label) in enumerate(zip(lines, labels, strict=True)):
        kept = label in ARTICLE or (
            title is not None
            and title < index < first
            and (_may_lead(lines, index, title) or _is_subtitle(lines, index, title))
        )
        kept = kept or (label is LineLabel.ASIDE and _is_subheading(lines, index))
        kept = kept or (label is LineLabel.BEHIND and bool(body) and _goes_on(lines, last, index))
        last = index if kept else last
        if kept and not _begins_next(lines, index):
            words = said_again = " ".join(line.words.small[:_COMPARED].split())
            for mark, plain in _PLAIN_MARKS:
                said_again = said_again.replace(mark, plain)
            if said_again not in said and not (head and len(words) < _COMPARED and _says_only(words, head)):
                body.append(index)
                if len(line.text) >= _TWICE:
                    said.add(said_again)
    body = [index for index in body if not _is_said_below(lines, index, body)]
    clocks = sum(lines[index].kind is LineKind.CLOCK for index in body)
    if clocks >= _CLOCKS and body[0] and lines[body[0] - 1].kind is LineKind.CLOCK:
        body.insert(0, body[0] - 1)  # of a chronicle's first entry
    if len(body) > _LEADS and head and evened(lines[body[-1] - 1].text) == head:
        body.pop()  # what a page shows of itself for others to copy
    if body and _is_left_over(lines, body):
        body.pop()
    if sum(len(lines[index].text) for index in body) < BODY_LEAST or _is_listed_twice(lines, body):
        return None
    if _is_item(lines, title, body) or all(RULES.search(lines[index].words.small) for index in body):
        return None
    details = (index for index in body if not any(lines[below].dated for below in range(index, body[-1])[:4]))
    text = next(details, body[0])
    above = range(title + 1 if title is not None else max(0, text - _NEAR), text)
    header = tuple(index for index in above if index not in body)
    article = "\n".join(lines[index].text for index in body)
    return CaptureParts(lines, labels, title, tuple(body), text, header, range(body[-1] + 1, len(lines)), article)


def _goes_on(lines: Sequence[Line], above: int, index: int) -> bool:
    """Whether a line that was taken to stand behind the text is still of it; `above` is the text's last line."""
    if above == index - 1:
        short = _is_short_sentence(lines, index) or _is_next_item(lines, index) or _is_closing(lines[index])
        return short or _is_cut_off(lines, index) or _speaks_below(lines, index)
    return above < index - 2 and _is_below_links(lines, above, index)


def _is_listed_twice(lines: Sequence[Line], body: Sequence[int]) -> bool:
    """Whether there are a few lines and the page says most of them again, as in its lists of news."""
    if len(body) > _FEW or len(lines) < _LONG_PAGE:
        return False
    counts = Counter([line.text for line in lines])
    return 2 * sum(counts[lines[index].text] > 1 for index in body) > len(body)


def _is_item(lines: Sequence[Line], title: int | None, body: Sequence[int]) -> bool:
    """Whether it is one item of a list: a date, a headline, the beginning of its text, and below the next one's."""
    below = lines[body[-1] + 1 : body[-1] + 4]
    if len(body) > _LEADS or not title or len(below) < _FEW or not lines[title - 1].dated:
        return False
    return below[0].dated and below[1].kind is LineKind.TEXT and (below[2].dated or below[2].is_paragraph)


def _is_said_below(lines: Sequence[Line], index: int, body: Sequence[int]) -> bool:
    """Whether a line's words stand again in a longer line near it: a lead printed twice, a sentence pulled out."""
    text = lines[index].words.small.rstrip(".…! ")
    if not _LONG_SAID <= len(text) <= _COMPARED:
        return False
    near = (one for one in body if one != index and abs(one - index) <= _NEAR)
    return any(len(lines[one].text) > len(text) + 1 and text in lines[one].words.small for one in near)


def _is_left_over(lines: Sequence[Line], body: Sequence[int]) -> bool:
    """Whether the last line is no sentence and alone below a paragraph, like an author or keywords; or announces what
    does not follow, a form's field; or has names alone beside a date, a signature.
    """
    line, above = lines[body[-1]], lines[body[-2]] if len(body) > 1 else None
    if above is not None and line.text[-1] == ":" and len(line.text) <= _LONGEST_LINK:
        return True
    if above is not None and ((line.date is not None and _is_signed(line.date)) or _OUTLET.fullmatch(line.text)):
        return True
    alone = above is not None and above.is_paragraph and above.text[-1] != ":"
    few = (line.shape == "W" and line.text[-1] not in ".!?") or (
        line.shape in "HS"
        and above is not None
        and (
            NAMES.fullmatch(line.text)
            or (line.shape == "H" and (line.text[0].islower() or _is_foreign(line.text, above.text)))
        )
    )
    return alone and bool(few) and line.text[0] not in _ITEM_MARKS


def _is_signed(date: PrintedDate) -> bool:
    """«Асель Ким, СЕМЕЙ. 3 мая 2024 года.»: names before a date, and no word but its own behind."""
    return NAMES.fullmatch(date.before.strip()) is not None and not date.after.strip(" .")


def _is_foreign(text: str, above: str) -> bool:
    """Whether a few words name a site, or a line is in Latin letters below a paragraph in Cyrillic ones."""
    latin = _CYRILLIC.search(text) is None and _CYRILLIC.search(above) is not None
    return latin or (len(text) <= _LONGEST_SUBHEADING and DOMAIN.search(text.casefold()) is not None)


def _begins_next(lines: Sequence[Line], index: int) -> bool:
    """Whether the next line begins with this one and continues: a teaser above its paragraph, a separate dateline."""
    following = lines[index + 1].words.small if index + 1 < len(lines) else ""
    text = lines[index].words.small.replace("…", "...").rpartition("...")[0] or lines[index].words.small
    text = text.rstrip(",. ")
    return len(text) > _SHORT and len(following) > len(text) + 20 and following.startswith(text)


def _is_subheading(lines: Sequence[Line], index: int) -> bool:
    """Whether a line is a subheading: a few words between two paragraphs, no name, and not repeated elsewhere."""
    line, above = lines[index], lines[index - 1]
    few = line.kind is LineKind.TEXT and not line.dated and len(line.text) <= _LONGEST_SUBHEADING and " " in line.text
    begins = line.text[0].isupper() and line.text[-1].isalpha() and not NAMES.fullmatch(line.text)
    numbered = above.kind is not LineKind.TEXT and _ENUMERATED.match(line.text) is not None
    below = above.is_paragraph or above.kind in (LineKind.CREDIT, LineKind.NOISE) or numbered
    return few and begins and below and index + 1 < len(lines) and lines[index + 1].is_paragraph


def _is_closing(line: Line) -> bool:
    """«Ранее сообщалось, что …», «Айта кетейік, …»: how news end."""
    return line.kind is LineKind.TEXT and line.is_paragraph and _CLOSING.match(line.text) is not None


def _is_below_links(lines: Sequence[Line], above: int, index: int) -> bool:
    """Whether only «Читайте также:» and headlines part a paragraph from the text above: one headline, or several with
    their dates."""
    line, heading, links = lines[index], lines[above + 1], lines[above + 2 : index]
    dated = len(links) % 2 == 0 and all(one.dated for one in links[1::2]) and not any(one.dated for one in links[::2])
    linked = heading.kind is LineKind.ASIDE and heading.text[-1] == ":" and (len(links) == 1 or dated)
    is_link = index + 1 < len(lines) and lines[index + 1].dated
    return linked and line.kind is LineKind.TEXT and line.is_paragraph and not is_link


def _is_next_item(lines: Sequence[Line], index: int) -> bool:
    """Whether a line goes on with the list right above it, however it ends, or heads the list's next part."""
    line, above = lines[index], lines[index - 1]
    if line.kind is not LineKind.TEXT:
        return False
    if line.text[0] in _BULLETS and line.text[0] == above.text[0]:
        return True
    if line.shape in "HW" and above.text[0] in _BULLETS and lines[index + 1 : index + 2]:
        return lines[index + 1].text[0] in _BULLETS
    return line.text[0] in DASHES and line.text[:2] == above.text[:2] and line.is_long


def _is_cut_off(lines: Sequence[Line], index: int) -> bool:
    """Whether the page ends in the middle of a sentence: its last line, below a paragraph, stops in small letters."""
    line, words = lines[index], lines[index].text.split()
    told = len(words) > _FEW and sum(word[0].islower() for word in words) * 2 > len(words) and line.text[-1].islower()
    plain = line.shape == "H" and not PICTURED.match(line.text) and not line.text.endswith(SIGNED_ENDS)
    return index == len(lines) - 1 and lines[index - 1].is_paragraph and told and plain


def _speaks_below(lines: Sequence[Line], index: int) -> bool:
    """«Асель Ким, / школы директоры: / – Біз …»: who speaks, above what is said, or that."""
    above, below = lines[index - 1].text, [line.text for line in lines[index + 1 : index + 3]]
    if not {lines[index].kind, lines[index - 1].kind} <= {LineKind.TEXT, LineKind.CREDIT}:
        return False
    if lines[index].text[0] in DASHES and above[-1] == ":":
        return True
    announced = lines[index].text[-1:] == ":" and below[:1] and below[0][0] in DASHES
    named = lines[index].text[-1:] == "," and len(below) > 1 and below[0][-1] == ":" and below[1][0] in DASHES
    return len(lines[index].text) <= _LONGEST_LINK and bool(announced or named)


def _is_short_sentence(lines: Sequence[Line], index: int) -> bool:
    """Two words right below a paragraph that say something: «Причина выясняется.»"""
    line, words = lines[index], lines[index].text.split()
    told = len(words) == _WORDS and words[0][0].isupper() and words[1][0].islower() and "." not in words[0]
    return told and line.kind is LineKind.TEXT and line.text[-1] == "." and lines[index - 1].is_paragraph


def _is_subtitle(lines: Sequence[Line], index: int, title: int) -> bool:
    """Whether a line right below the headline is its subtitle: a few words in small letters, whose they are or the
    text below them."""
    if index != title + 1 or index + 1 >= len(lines):
        return False
    line, below = lines[index], lines[index + 1]
    words = line.text.split()
    told = line.shape in "HQS" and len(words) > _WORDS and line.text[0].isupper() and line.text[-1] not in ":,"
    told = told and line.text.count(",") < _SUBJECTS and not PICTURED.match(line.text)
    small = sum(word[0].islower() for word in words) * 2 > len(words) - 1
    own = below.is_paragraph or below.dated or NAMES.fullmatch(below.text) is not None
    return told and small and own and not line.is_placed and line.date is None


def _may_lead(lines: Sequence[Line], index: int, title: int) -> bool:
    """Whether the first line that says something below the headline is long and near enough for a lead, no caption and
    no link's headline."""
    line, above = lines[index], lines[title + 1 : index]
    near = index - title <= _LEADS or len(line.text) >= _LONGEST_LINK
    if not (near and line.is_long) or line.is_placed or (line.is_cut and line.text[-1] == "]"):
        return False
    if NUMBERED.match(line.text) or PICTURED.match(line.text) or PHONE.search(line.text):
        return False
    if any(one.kind is LineKind.TEXT and not one.dated for one in above):
        return False
    return lines[index - 1].kind is not LineKind.ASIDE and lines[index + 1].kind is not LineKind.CREDIT


def _without_site(lines: Sequence[Line], title: int) -> int:
    """The index of a following line with only the headline, if the first one also has the site's name or a path."""
    head = lines[title].text
    for index in range(title + 1, min(title + 1 + _NEAR, len(lines))):
        text = lines[index].text
        if lines[index].kind is LineKind.TEXT and _SHORTEST_ALONE <= len(text) < len(head):
            behind = head[len(text) :] if head.startswith(text) else ""
            glued = head.endswith(text) or _letters(head).endswith(_letters(text))
            if _SITE_BEHIND.match(behind) or (glued and _GLUED.search(head)):
                return index
    return title


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _says_only(text: str, head: str) -> bool:
    """Whether a line only repeats the headline: alone, with a few words after it, or at the end of a path."""
    if text == head:
        return True
    if len(head) <= _SHORT:
        return False
    if head in text and len(text) - len(head) <= _PICTURE:  # «Изображение «…»»
        return True
    if text.endswith(f": {head}") and len(text) - len(head) <= _LONGEST_SUBHEADING:  # «Изображение для новости: …»
        return True
    if text.startswith(head):
        behind = text[len(head) :]
        return len(behind) <= _LONGEST_BEHIND and not behind.endswith((".", "!", "?", "»")) and behind[0] in " ,|-–—:"
    return text.endswith(head) and _PATH.search(text[: -len(head)]) is not None
