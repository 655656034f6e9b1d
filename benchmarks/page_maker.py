"""Captured pages made up to learn from: articles in the boilerplate of other pages, in layouts and with damage that
real
captures have. The same seed makes the same pages.

The raw material is `tests/news/captures.txt` (invented articles with what surrounds them), `shaped_pages.txt` (more of
them, in the shapes of real pages) and `page_words.toml`.
"""

import contextlib
import random
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from news.pages.line_labels import LineLabel
from news.pages.lines import Line, lines_of

CAPTURES = Path(__file__).resolve().parents[1] / "tests" / "news" / "captures.txt"
SHAPED = Path(__file__).with_name("shaped_pages.txt")
_KAZAKH_LETTERS = frozenset("әғқңөұүһі")
_CYRILLIC = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


def _alphabet(letters: str, cased: bool = True) -> dict[int, str]:
    small = dict(zip(_CYRILLIC, letters.replace("-", " ").split(","), strict=True))
    shown = {letter: other.strip() for letter, other in small.items()}
    large = {letter.upper(): other.capitalize() if cased else other for letter, other in shown.items()}
    return str.maketrans(shown | large)


# Of 2018, of 2021, and the Arabic letters.
_ALPHABETS = (
    _alphabet("a,á,b,v,g,ǵ,d,e,e,j,z,ı,ı,k,q,l,m,n,ń,o,ó,p,r,s,t,ý,u,ú,f,h,h,ts,ch,sh,sh,-,y,i,-,e,ıý,ıa"),
    _alphabet("a,ä,b,v,g,ğ,d,e,e,j,z,i,i,k,q,l,m,n,ñ,o,ö,p,r,s,t,u,ū,ü,f,h,h,s,ch,ş,ş,-,y,ı,-,e,iu,ia"),
    _alphabet("ا,ا,ب,ۆ,گ,ع,د,ە,ە,ج,ز,ي,ي,ك,ق,ل,م,ن,ڭ,و,و,پ,ر,س,ت,ۋ,ۇ,ۇ,ف,ح,ھ,تس,چ,ش,ش,-,ى,ى,-,ە,يۋ,يا", cased=False),
)
_VARIED = 6  # variants of an invented page


MarkedRow = tuple[str, str]
"""A raw line and its mark: «=» the headline, «|» the text, nothing all else."""


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """The lines of a page and what each is."""

    name: str
    lines: tuple[Line, ...]
    labels: tuple[LineLabel, ...]

    @property
    def text(self) -> str:
        """The page as it would be captured."""
        return "\n".join(("\n" if line.gap else "") + line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class PageParts:
    """A page taken apart, to be put together otherwise: `{}` stands for its headline."""

    title: str
    above: tuple[str, ...]
    detail: tuple[str, ...]
    body: tuple[str, ...]
    between: tuple[tuple[str, ...], ...]
    behind: tuple[str, ...]


def labelled(name: str, rows: Sequence[MarkedRow]) -> LabelledPage:
    """The page of these raw lines; a mark is «=» for the headline, «|» for the text, and nothing for all else."""
    text = "\n".join(row for _, row in rows)
    lines = lines_of(text)
    marks = [mark for mark, row in rows if lines_of(row)]
    if len(marks) != len(lines):
        raise ValueError(f"{name}: {len(marks)} marks for {len(lines)} lines")
    return LabelledPage(name, tuple(lines), tuple(labels_of(lines, marks)))


def labels_of(lines: Sequence[Line], marks: Sequence[str]) -> Iterator[LineLabel]:
    """The labels where headline and text are marked; what else a line is, its place tells."""
    head = marks.index("=") if "=" in marks else -1
    body = [index for index, mark in enumerate(marks) if mark == "|"]
    first, last = (body[0], body[-1]) if body else (len(lines), len(lines))
    for index, (line, mark) in enumerate(zip(lines, marks, strict=True)):
        if index == head:
            yield LineLabel.HEADLINE
        elif mark == "|":
            yield LineLabel.TEXT if line.is_sentence or index == first else LineLabel.ROW
        elif index > last:
            yield LineLabel.BEHIND
        elif index < head or (index < first and head < 0):
            yield LineLabel.ABOVE
        else:
            yield LineLabel.DETAIL if index < first else LineLabel.ASIDE


def invented() -> Iterator[tuple[str, list[MarkedRow]]]:
    """The pages of `captures.txt`: their names, and their marked lines."""
    for page in CAPTURES.read_text(encoding="utf-8").split("%%% ")[1:]:
        head, *lines = page.rstrip("\n").split("\n")
        if lines[-1].partition("=")[0] in ("tags", "cited"):
            lines.pop()
        yield head.split(" ", 1)[0], [_marked(line) for line in lines]


@dataclass(frozen=True, slots=True)
class ShapedPage:
    """An invented page in the shape of a real one: its name, the day it prints or «-», and its marked lines."""

    name: str
    published: str
    rows: tuple[MarkedRow, ...]


def shaped(path: Path = SHAPED) -> Iterator[ShapedPage]:
    """The pages of `shaped_pages.txt`, or of another file like it."""
    for page in path.read_text(encoding="utf-8").split("@ made:")[1:]:
        name, published, *lines = page.rstrip("\n").split("\n")
        rows = tuple((line[:1].replace(".", ""), line[2:]) for line in lines)
        yield ShapedPage(name, published.rpartition(" ")[2], rows)


def whole_ones(pages: Iterable[ShapedPage]) -> Iterator[tuple[str, list[MarkedRow]]]:
    """The pages, as `invented` gives its own, whose every line stays one line: broken ones are joined without marks."""
    for page in pages:
        with contextlib.suppress(ValueError):
            labelled(page.name, page.rows)
            yield page.name, list(page.rows)


def _marked(line: str) -> MarkedRow:
    for mark in "=|":
        before, found, behind = line.partition(f"{mark} ")
        if found and (not before or (mark == "=" and before[0].isdigit()) or before in ("Фото:pixabay", "<p>")):
            return mark, before + behind
    return "", line


def taken_apart(pages: Iterable[tuple[str, list[MarkedRow]]] | None = None) -> list[PageParts]:
    """Every page with a headline, as its parts; without an argument those of `invented`."""
    found = []
    for _, rows in invented() if pages is None else pages:
        marks = [mark for mark, _ in rows]
        if "=" not in marks or "|" not in marks:
            continue
        head = marks.index("=")
        title = rows[head][1]
        body = [index for index, mark in enumerate(marks) if mark == "|" and index > head]
        held = [row.replace(title, "{}") if len(title) > 10 else row for _, row in rows]
        between = [tuple(held[above + 1 : below]) for above, below in pairwise(body)]
        found.append(
            PageParts(
                title,
                tuple(held[:head]),
                tuple(held[head + 1 : body[0]]),
                tuple(rows[index][1] for index in body),
                tuple(one for one in between if any(line.strip() for line in one)),
                tuple(held[body[-1] + 1 :]),
            )
        )
    return found


def _words() -> dict[str, list[str]]:
    data = tomllib.loads(Path(__file__).with_name("page_words.toml").read_text(encoding="utf-8"))
    return {name: [line for line in lines.split("\n") if line] for name, lines in data.items() if name != "closings"}


def _closings() -> list[list[str]]:
    data = tomllib.loads(Path(__file__).with_name("page_words.toml").read_text(encoding="utf-8"))
    return [lines.strip().split("\n") for lines in data["closings"]]


class PageMaker:
    """Makes labelled pages without end."""

    def __init__(self, seed: int, parts: Sequence[PageParts]) -> None:
        self._dice = random.Random(seed)
        self._parts = parts
        self._words = _words()
        self._closings = _closings()

    def pages(self, count: int) -> Iterator[LabelledPage]:
        """So many pages."""
        made = 0
        while made < count:
            try:
                rows = self._listing() if self._likely(0.05) else self._page()
                page = labelled(f"made-{made}", self._other_letters(rows) if self._likely(0.15) else rows)
            except ValueError:  # a line that is two, or none, once it is cleaned
                continue
            made += 1
            yield page

    def _other_letters(self, rows: list[MarkedRow]) -> list[MarkedRow]:
        """A Kazakh page in one of the other alphabets of its site; any other page as it is."""
        if not any(mark == "|" and set(row.casefold()) & _KAZAKH_LETTERS for mark, row in rows):
            return rows
        letters = self._dice.choice(_ALPHABETS)
        return [(mark, row.translate(letters)) for mark, row in rows]

    def varied(self, name: str, rows: Sequence[MarkedRow]) -> Iterator[LabelledPage]:
        """An invented page as it is, with other things behind it, and with something between its paragraphs."""
        yield labelled(name, rows)
        body = [index for index, (mark, _) in enumerate(rows) if mark == "|"]
        title = next((row for mark, row in rows if mark == "="), "")
        for number in range(_VARIED if body else 0):
            varied = list(rows[: body[-1] + 1] if number % 2 == 0 else rows)
            varied += [("", line) for line in self._behind(title)] if number % 2 == 0 else []
            if number and len(body) > 1:
                place = self._dice.choice(body[:-1]) + 1
                varied[place:place] = [("", line) for line in self._between(title)]
            try:
                yield labelled(f"{name}-{number}", varied)
            except ValueError:  # as above
                continue

    # -- words

    def _likely(self, chance: float) -> bool:
        return self._dice.random() < chance

    def _some(self, chance: float, pool: str, most: int = 1) -> list[str]:
        """A few lines of a pool, or none."""
        if not self._likely(chance):
            return []
        return [self._fill(line) for line in self._dice.sample(self._words[pool], self._dice.randint(1, most))]

    def _one(self, pool: str) -> str:
        return self._fill(self._dice.choice(self._words[pool]))

    def _fill(self, line: str, **more: str) -> str:
        """The line with a name, a place, a date and numbers of its own."""
        if "{" not in line:
            return line
        dice, words = self._dice, self._words
        day, month, name = dice.randint(1, 28), dice.randint(0, 11), dice.choice(words["names"])
        return line.format(
            town=dice.choice(words["towns"]),
            city=dice.choice(words["cities"]),
            rubric=dice.choice(words["rubrics"]),
            day=day,
            dd=f"{day:02}",
            mm=f"{month + 1:02}",
            month=words["months_ru"][month],
            ai=words["months_kk"][month],
            Ai=words["months_kk"][month].title(),
            year=dice.randint(2010, 2026),
            clock=f"{dice.randint(0, 23):02}:{dice.randint(0, 59):02}",
            n=dice.randint(2, 10 ** dice.randint(1, 5)),
            d=dice.randint(0, 9),
            e=dice.randint(0, 9),
            name=name,
            NAME=name.upper(),
            who=dice.choice(("акима", "рабочих", "учителей", "властей")),
            **more,
        )

    def _sentence(self) -> str:
        return self._one(self._dice.choice(("sentences_ru", "sentences_kk")))

    def _headline(self) -> str:
        if self._likely(0.4):
            return self._dice.choice(self._parts).title
        return self._one(self._dice.choice(("headlines_ru", "headlines_kk")))

    # -- an article

    def _article(self) -> tuple[str, list[str]]:
        dice = self._dice
        if self._likely(0.9):
            parts = dice.choice(self._parts)
            title, body = parts.title, list(parts.body)
            if self._likely(0.45):
                body = self._longer(body)
        else:
            title, body = self._own_article()
        if self._likely(0.08):
            body = [" ".join(body)]
        if self._likely(0.05):
            title = self._one("short_headlines")
        if self._likely(0.08):
            title = title.upper()
        elif self._likely(0.04) and title[-1].isalnum():
            title += "."
        if len(body) > 3 and self._likely(0.25):
            start = dice.randint(0, 1)
            body = body[: 3 + start] if self._likely(0.5) else body[start:]
        body = self._with_rows(body)
        if self._likely(0.07):
            body[-1] = body[-1].rstrip(".!")
        if self._likely(0.14):
            body.insert(0, self._lead(body))
        return title, body

    def _longer(self, body: list[str]) -> list[str]:
        """The text with more sentences: in its paragraphs, or as paragraphs among them."""
        dice = self._dice
        pool = self._words["sentences_kk" if set(body[0].casefold()) & set("әғқңөұүһі") else "sentences_ru"]
        for _ in range(dice.choice((1, 2, 3, 4, 6, 9))):
            place = dice.randint(1, len(body))
            if self._likely(0.5) and body[place - 1].endswith((".", "!")):
                body[place - 1] += " " + self._fill(dice.choice(pool))
            else:
                body.insert(place, " ".join(map(self._fill, dice.sample(pool, dice.choice((1, 1, 2, 3, 4))))))
        return body

    def _own_article(self) -> tuple[str, list[str]]:
        dice = self._dice
        language = dice.choice(("ru", "kk"))
        title = self._one(f"headlines_{language}")
        said = self._one("cited") if language == "ru" else ", деп хабарлайды тілші."
        pool = self._words[f"sentences_{language}"]
        body = [title.rstrip("?") + said]
        body += [
            " ".join(map(self._fill, dice.sample(pool, dice.choice((1, 1, 1, 2, 2, 3)))))
            for _ in range(dice.randint(2, 9))
        ]
        return title, body

    def _with_rows(self, body: list[str]) -> list[str]:
        """The text as a chronicle with clocks, with a list, with subheadings, or as it is."""
        dice = self._dice
        kind = dice.random()
        if kind < 0.1:
            clocks = sorted((self._fill("{clock}") for _ in body), reverse=self._likely(0.6))
            return [line for clock, text in zip(clocks, body, strict=True) for line in (clock, text)]
        if kind < 0.17:
            place, mark = dice.randint(1, len(body)), dice.choice(("– ", "• ", "- ", "", "— ", "1. "))
            rows = [self._fill(dice.choice(self._words["rows"]), mark=mark) for _ in range(dice.randint(2, 6))]
            return [*body[:place], self._one("introductions"), *rows, *body[place:]]
        if kind < 0.3:
            pool = "subheadings" if kind < 0.27 else "speakers"
            for _ in range(dice.randint(1, 3)):
                body.insert(dice.randint(1, len(body) - 1) if len(body) > 1 else 0, self._one(pool))
        return body

    def _lead(self, body: Sequence[str]) -> str:
        """What the text says, in a few words above it: of their own, out of its middle, or its first sentence."""
        kind = self._dice.random()
        if kind < 0.35:
            first = body[0].split(". ")[0].rstrip(".!?").split(",")[0]
            return first if first.count(" ") >= 4 and len(first) < 200 else self._one("leads")
        return self._clause(body) if kind < 0.65 else self._one("leads")

    def _clause(self, body: Sequence[str]) -> str:
        """Some words of the text without a full stop, as leads and kickers have them."""
        words = self._dice.choice(body).rstrip(".!?").split()
        start = self._dice.randint(0, max(0, len(words) - 8))
        clause = " ".join(words[start : start + self._dice.randint(4, 12)]).strip(' ,–—-:;.»«"')
        return clause[:1].upper() + clause[1:] if len(clause) > 8 else self._one("leads")

    # -- a page

    def _page(self) -> list[MarkedRow]:
        title, body = self._article()
        if self._likely(0.22):
            return self._whole_page(title, self._damaged(body))
        body = self._damaged(body)
        bare = self._likely(0.2)
        with_title = not self._likely(0.35 if bare else 0.06)
        above: list[str] = []
        if not bare:
            above = self._above(title, body) if with_title else self._bare_top()
        detail = self._detail(title) if (not bare or self._likely(0.3)) and (with_title or self._likely(0.5)) else []
        rows: list[MarkedRow] = [("", line) for line in above]
        rows += [("=", title)] if with_title else []
        if detail and body[0][-1].isalpha() and self._likely(0.55):  # a lead stands right below its headline
            rows.append(("|", body.pop(0)))
        rows += [("", line) for line in detail]
        for number, paragraph in enumerate(body):
            rows.append(("|", paragraph))
            if number + 1 < len(body) and self._likely(0.09):
                rows += [("", line) for line in self._between(title)]
        if not self._likely(0.35 if bare else 0.12):
            rows += [("", line) for line in self._behind(title)]
        return self._spaced(rows)

    def _whole_page(self, title: str, body: list[str]) -> list[MarkedRow]:
        """All that a page shows: menus of every rubric, columns of other news with their leads, forms, a footer."""
        with_title = not self._likely(0.03)
        above = self._navigation() if self._likely(0.8) else []
        for _ in range(self._dice.choice((0, 0, 1, 1, 2, 3))):
            above += self._column()
        if self._likely(0.2):  # in the list of the day's news, too
            above.insert(self._dice.randint(0, len(above)), title)
        above += (
            self._some(0.15, "notices", 2)
            + self._some(0.4, "paths")
            + self._some(0.2, "stray")
            + self._some(0.3, "stamps")
        )
        if self._likely(0.2):
            above.append(f"{self._one('rubrics')} {self._dice.choice('/|>»')} {title}")
        detail = self._detail(title)
        lead = self._dice.random()
        rows: list[MarkedRow] = [("", line) for line in above]
        rows += [("=", title)] if with_title else []
        if lead < 0.15:
            rows.append(("|", self._lead(body)))
        rows += [("", line) for line in (detail if with_title else detail[:2])]
        for number, paragraph in enumerate(body):
            rows.append(("|", paragraph))
            if number + 1 < len(body) and self._likely(0.06):
                rows += [("", line) for line in self._between(title)]
        rows += [("", line) for line in self._behind(title)] if self._likely(0.7) else []
        for _ in range(self._dice.choice((0, 1, 1, 2, 3))):
            rows += [("", line) for line in self._column()]
        rows += [("", line) for line in self._some(0.4, "forms", 5)]
        rows += [("", line) for line in self._navigation() if self._likely(0.7)] if self._likely(0.5) else []
        rows += [("", line) for line in self._some(0.6, "about", 4)]
        return self._spaced(rows)

    def _navigation(self) -> list[str]:
        dice, words = self._dice, self._words
        pool = words["navigation"] + words["rubrics"] + words["menu"] + words["cities"]
        names = [self._fill(line) for line in dice.choices(pool, k=dice.randint(3, 30))]
        if self._likely(0.15):
            names = [name.upper() for name in names]
        if self._likely(0.25):
            names = [dice.choice((" | ", " ", " / ", " • ")).join(names[:12]), *names[12:]]
        return names + self._some(0.2, "stray", 3) + self._some(0.2, "buttons", 4)

    def _column(self) -> list[str]:
        """Other news: headlines with or without their first sentences, hours, pictures' texts."""
        dice = self._dice
        found = self._some(0.6, "columns")
        leads, stamps = dice.choice((0.0, 0.0, 0.3, 1.0)), dice.choice((0.0, 0.0, 0.5, 1.0))
        ends = dice.choice(("", "", "", ".", " ..."))
        glued, before, numbered = self._likely(0.2), self._likely(0.5), self._likely(0.12)
        for number in range(1, dice.randint(2, 10)):
            other = dice.choice(self._parts)
            item = other.title if other.title[-1] in ".?!" else other.title + ends
            item = f"{number}. {item}" if numbered else item
            stamp = self._one("stamps") if self._likely(stamps) else ""
            found += [f"{stamp} {item}"] if stamp and glued else [stamp, item] if stamp and before else [item, stamp]
            if self._likely(leads):
                lead = other.body[0] if self._likely(0.6) else other.body[0].split(". ")[0]
                cut = lead[: dice.randint(60, 160)].rsplit(" ", 1)[0]
                found.append(dice.choice((lead, lead, cut + "...", cut + "…", cut)))
            found += self._some(0.08, "columns") + self._some(0.08, "counters")
        if self._likely(0.1):
            found.insert(self._dice.randint(0, len(found)), self._one("agencies") + ": " + found[-1])
        return [line for line in found if line]

    def _damaged(self, body: list[str]) -> list[str]:
        """The paragraphs as pages spoil them: blanks lost between sentences, doubled, or all on one line."""
        kind = self._dice.random()
        if kind < 0.05:
            return [paragraph.replace(". ", ".", 1) for paragraph in body]
        if kind < 0.1:
            return [paragraph.replace(" ", "  ", 2) for paragraph in body]
        if kind < 0.13:
            return [paragraph.replace("«", '"').replace("»", '"') for paragraph in body]
        return body

    def _spaced(self, rows: list[MarkedRow]) -> list[MarkedRow]:
        """The rows with blank lines nowhere, everywhere, behind paragraphs, or as they are."""
        style = self._dice.random()
        if style < 0.35:
            return [row for row in rows if row[1].strip()]
        if style < 0.65:
            return [one for row in rows if row[1].strip() for one in (row, ("", ""))]
        if style < 0.8:
            return [one for row in rows for one in ((row, ("", "")) if row[0] else (row,))]
        return rows

    def _listing(self) -> list[MarkedRow]:
        """A page of other pages' headlines: no article."""
        dice = self._dice
        rows: list[MarkedRow] = [("", line) for line in self._some(0.6, "rubrics")]
        leads, dated = self._likely(0.5), self._likely(0.8)
        for _ in range(dice.randint(4, 14)):
            item = [self._headline()]
            if leads:
                lead = self._sentence()
                item.append(lead if self._likely(0.5) else lead[: len(lead) * 2 // 3] + "...")
            if dated:
                item.insert(dice.choice((0, 1)), self._one("stamps"))
            rows += [("", line) for line in item]
            rows += [("", "")] if self._likely(0.3) else []
        return rows

    def _taken(self, lines: Sequence[str], title: str) -> list[str]:
        return [line.replace("{}", title) for line in lines]

    def _above(self, title: str, body: Sequence[str]) -> list[str]:
        found = self._some(0.25, "stray", 2)
        if self._likely(0.4):
            return [*found, *self._taken(self._dice.choice(self._parts).above, title)]
        found += self._some(0.2, "menu", 5)
        found += self._some(0.24, "notices", 2)
        found += self._some(0.15, "rubrics", 6)
        if self._likely(0.14):
            found += self._some(0.4, "rubrics")
            found += self._others(self._dice.randint(2, 5), leads=0.4, dash=self._likely(0.25))
        if self._likely(0.08):
            found += [self._fill("+{d}°С"), self._fill("USD5{d}{e}.1"), "EUR609.97"]
        if self._likely(0.07):  # a kicker, perhaps with a counter
            found.append(" ".join(self._clause(body).split()[:6]))
            found += self._some(0.8, "counters")
        return found + self._some(0.35, "stamps") + self._some(0.2, "rubrics")

    def _bare_top(self) -> list[str]:
        """What stands above a text whose headline the page lost."""
        return [
            *self._some(0.2, "menu", 3),
            *self._some(0.4, "rubrics"),
            *self._some(0.4, "stamps"),
            *self._some(0.3, "counters"),
            *self._some(0.3, "credits"),
        ]

    def _detail(self, title: str) -> list[str]:
        dice = self._dice
        if self._likely(0.4):
            return self._taken(dice.choice(self._parts).detail, title)
        found = self._some(0.15, "rubrics") + self._some(0.45, "stamps") + self._some(0.3, "counters")
        found += self._some(0.2, "bylines")
        if self._likely(0.12):
            tags = [dice.choice((*self._words["tags"], *self._words["cities"])) for _ in range(dice.randint(1, 6))]
            found += [f"{tag}," for tag in tags[:-1]] + tags[-1:] if self._likely(0.6) else ["Теги:", *tags]
        found += self._some(0.15, "buttons", 4)
        if self._likely(0.16):  # more to read, right below the headline
            found += self._some(0.75, "related")
            found += [self._dice.choice(self._parts).title for _ in range(dice.choice((1, 1, 2, 3, 4)))]
        found += self._some(0.1, "marks") + self._some(0.06, "signatures") + self._some(0.08, "endings")
        if self._likely(0.3):
            echo = self._fill(dice.choice(self._words["echoes"]), title=title)
            found.append(echo if self._likely(0.9) else title.replace(" ", "  ", 1))
        found += self._some(0.25, "credits")
        if self._likely(0.3):
            dice.shuffle(found)
        return found

    def _between(self, title: str) -> list[str]:
        dice = self._dice
        kind = dice.random()
        if kind < 0.35:
            return self._taken(
                dice.choice(dice.choice([parts.between for parts in self._parts if parts.between])), title
            )
        if kind < 0.5:
            return self._some(1, "buttons", 3)
        if kind < 0.54:
            return [f"{self._clause([self._headline() + ' ' + title])} / {self._one('agencies')}"]
        if kind < 0.6:
            return [title, *self._some(0.7, "credits")]
        if kind < 0.7:
            return [*self._some(0.4, "captions"), *self._some(1, "credits")]
        if kind < 0.9:
            name = self._one("links")
            return [f"{name} {self._headline()}"] if self._likely(0.4) else [name, self._headline()]
        return ["Реклама", *([self._headline(), "Реклама"] if self._likely(0.4) else [])]

    def _others(self, count: int, *, leads: float, dash: bool = False) -> list[str]:
        """Other headlines, with dates or leads."""
        dice, found = self._dice, []
        with_leads = self._likely(leads)
        for _ in range(count):
            item = [self._headline()]
            if self._likely(0.5):
                item.insert(dice.randint(0, 1), self._one("stamps"))
            if with_leads:
                lead = f"{self._sentence()} {self._sentence()}" if self._likely(0.25) else self._sentence()
                item.append(dice.choice((lead, lead, lead[: len(lead) * 2 // 3] + "...", lead.rstrip("."))))
            mark = "• " if self._likely(0.1) else ""
            found += (["-"] if dash else []) + [mark + line for line in item]
        return found

    def _behind(self, title: str) -> list[str]:
        dice = self._dice
        if self._likely(0.4):
            return self._taken(dice.choice(self._parts).behind, title)
        found = (
            self._some(0.12, "marks")
            + self._some(0.25, "signatures")
            + self._some(0.2, "buttons", 4)
            + self._some(0.1, "credits")
        )
        if self._likely(0.15):
            cloud = " ".join(f"{tag} {dice.randint(9, 600)}" for tag in dice.sample(self._words["tags"], 8))
            found += [dice.choice(("Теги:", "Тегтер", "Читайте новости по меткам:", "Метки:")), cloud]
        if self._likely(0.15):
            for _ in range(dice.randint(2, 5)):
                found += [dice.choice((*self._words["rubrics"], *self._words["tags"])), self._headline()]
        if self._likely(0.06):  # key words
            found.append(" ".join(word for word in title.casefold().split() if len(word) > 3))
        found += self._some(0.6, "endings")
        if self._likely(0.6):
            found += self._others(dice.choice((1, 1, 2, 3, 4, 5, 7)), leads=0.35)
        if self._likely(0.2):
            found += map(self._fill, dice.choice(self._closings))
        if self._likely(0.15):
            found += self._some(1, "comment_headings")
            for _ in range(dice.randint(1, 4)):
                found += [self._one("names").split()[0], self._one("comments")]
        if self._likely(0.12):
            found += self._column()
        return found + self._some(0.15, "about", 3) + self._some(0.12, "forms", 3) + self._some(0.2, "laws")
