"""The bilingual lexicon for topics, stories and search: Russian and Kazakh phrases with the same meaning.

It lies in `news/data/lexicon/*.txt`, with one concept in a line: Russian phrases, `=`, Kazakh phrases, and after `@`
the topics that it counts for, with a weight. Without `=` the same phrases serve both languages. A line with only
`@topic weight` gives its topics to the lines below, until the next such line; `@` alone gives none, and those lines
only translate.

A line that begins with `~` gathers words of one field with different meanings: it counts for topics and translates
nothing. One with `&` has several names of one thing, and search looks for all of them. One with `≈` gathers what a
search that finds little may take for each other. The last two do not count for stories.

`news.language.phrases` tells how phrases match. An operator's own file of the same form adds to the lexicon; a line
whose first phrase is already known replaces that concept.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from news.language.analyse import fold
from news.language.phrases import PhraseMatch, Phrases

_MARKS = "~&≈"
FOLDER = Path(__file__).parent.parent / "data" / "lexicon"


@dataclass(frozen=True, slots=True)
class Concept:
    """A meaning with its phrases in both languages.

    `id` is its first Russian phrase, after its mark if it only serves search. A `loose` concept gathers words of one
    field. `one_thing` has several names in each language. Phrases that are `akin` may replace each other in a search.
    """

    id: str
    ru: tuple[str, ...]
    kk: tuple[str, ...]
    topics: tuple[tuple[str, float], ...] = ()
    loose: bool = False
    one_thing: bool = False
    akin: bool = False


class Lexicon:
    """All concepts; finds them in texts of either language."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.concepts = {concept.id: concept for concept in concepts}
        known = list(self.concepts.values())
        self._phrases = {language: _phrases_of(known, language) for language in ("ru", "kk")}
        # A Kazakh word is begun by a word, a Russian one mostly by less.
        named = [phrase for one in known for phrase in one.ru if not phrase.endswith("*")]
        named += [phrase.rstrip("*") for one in known for phrase in one.kk]
        self._words = frozenset(phrase.lstrip("=") for phrase in named if " " not in phrase)

    def names(self, word: str) -> bool:
        """Whether a folded word is one of the lexicon, as it is spelt there."""
        return word in self._words

    def find_all(self, words: Sequence[str], language: str) -> list[PhraseMatch[Concept]]:
        """The concepts in folded words (`fold` of each of `words(text)`), in order, including loose ones."""
        phrases = self._phrases.get(language)
        return phrases.find(words) if phrases is not None else []

    def find(self, words: Sequence[str], language: str) -> list[PhraseMatch[Concept]]:
        """The concepts in folded words, in order, without loose ones and those for search."""
        return [
            found
            for found in self.find_all(words, language)
            if not (found.value.loose or found.value.one_thing or found.value.akin)
        ]

    def find_alike(self, words: Sequence[str], language: str) -> list[PhraseMatch[Concept]]:
        """What in folded words a search may replace by other words, in order."""
        return [found for found in self.find_all(words, language) if not found.value.loose]

    def find_topical(self, words: Sequence[str], language: str) -> list[PhraseMatch[Concept]]:
        """Like `find`, but all concepts that count for a topic, including loose ones."""
        return [found for found in self.find_all(words, language) if found.value.topics]


def _phrases_of(known: Sequence[Concept], language: str) -> Phrases[Concept]:
    side = (((phrase, one) for phrase in (one.ru if language == "ru" else one.kk)) for one in known)
    return Phrases(language, chain.from_iterable(side))


def parse(lines: Iterable[str]) -> Iterator[Concept]:
    """The concepts of a lexicon file. Raises ValueError with the number of a line that makes no sense."""
    section: tuple[tuple[str, float], ...] = ()
    for number, raw in enumerate(lines, 1):
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        text, *marks = line.split("@")
        try:
            topics = tuple(_topic(mark) for mark in marks if mark.strip())
            if not text.strip():
                section = topics
                continue
            yield _concept(text, topics if marks else section)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error


@cache
def _slugs() -> frozenset[str]:
    """The slugs of all topics. They are read here because news/subject/topics.py imports this file."""
    return frozenset(tomllib.loads((FOLDER.parent / "topics.toml").read_text(encoding="utf-8")))


def _topic(mark: str) -> tuple[str, float]:
    slug, *weight = mark.split()
    if slug not in _slugs():
        raise ValueError(f"there is no topic @{slug}")
    if len(weight) > 1:
        raise ValueError(f"one weight after @{slug}, not {mark!r}")
    return slug, float(weight[0]) if weight else 1.0


def _concept(text: str, topics: tuple[tuple[str, float], ...]) -> Concept:
    mark, text = (text[0], text[1:]) if text[0] in _MARKS else ("", text)
    russian, equals, kazakh = text.partition(" = ")
    ru = _phrases(russian)
    kk = _phrases(kazakh) if equals else ru
    if not ru:
        raise ValueError(f"no Russian phrase in {text.strip()!r}")
    return Concept((mark if mark in "&≈" else "") + ru[0], ru, kk, topics, mark == "~", mark == "&", mark == "≈")


def _phrases(side: str) -> tuple[str, ...]:
    # «іс-шара» is two words of a text, and no token of an index.
    parts = (" ".join(map(fold, part.replace("-", " ").split())) for part in side.split(","))
    return tuple(phrase for phrase in parts if phrase)


_own: list[Path] = []


def use(path: Path) -> None:
    """Add an operator's own file to ours, for this process. Raises ValueError that names the wrong line."""
    _load(path)
    _own[:] = [path]


def own() -> Path | None:
    """The file that `use` named in this process."""
    return _own[0] if _own else None


def load(extra: Path | None = None) -> Lexicon:
    """The lexicon, with an operator's own file on top: `extra`, else the one `use` named. Raises as `use` does."""
    return _load(extra or own())


@cache
def _load(extra: Path | None) -> Lexicon:
    concepts: dict[str, Concept] = {}
    for path in [*sorted(FOLDER.glob("*.txt")), *([extra] if extra else [])]:
        try:
            concepts |= {concept.id: concept for concept in parse(path.read_text(encoding="utf-8").splitlines())}
        except ValueError as error:
            raise ValueError(f"{path.name}, {error}") from error
    return Lexicon(concepts.values())


def concepts(words: Sequence[str], language: str) -> list[str]:
    """Ids of the concepts in folded words (or conflation keys), each once, in order; the same for both languages."""
    return list(dict.fromkeys(found.value.id for found in load().find(words, language)))


# --- names and loan words -------------------------------------------------------------------------------------------

# Kazakh letters become their Russian counterparts, so that «Қостанай» and «Костанай» are the same.
_ONE_SOUND = str.maketrans(
    {
        **dict(zip("әғқңөұүһі", "агкноууки", strict=True)),
        **dict(zip("ыэеёйщюя", "ииииишуа", strict=True)),
        **dict.fromkeys("ьъ'’-", None),
        "о": "а",
        "х": "к",  # «Казахстан», «Қазақстан»
    }
)
_VOWELS = "аиу"
_RU_ENDINGS: str = (
    "иями ями ами ого его ому ему ыми ими ях ах ой ей ий ый ою ею ом ем ым им их ых ую юю ая яя ое ее ые ие ов ев ам ям"
)
_KK_ENDINGS: str = (
    "ларының лерінің ларына леріне лардың лердің дардың дердің тардың тердің ларға лерге дарға дерге тарға терге "
    "ындағы індегі ының інің ына іне ында інде ынан інен ымен імен ын ін сының сінің сына сіне сында сінде сынан сінен "
    "сымен сімен сын сін ның нің дың дің тың тің дағы дегі тағы тегі нан нен дан ден тан тен мен бен пен лар лер дар "
    "дер тар тер ға ге қа ке на не ны ні ды ді ты ті да де та те сы сі"
)
_ENDINGS = {"ru": frozenset(_RU_ENDINGS.split()), "kk": frozenset(_KK_ENDINGS.split())}
_LONGEST_ENDING = {language: max(map(len, endings)) for language, endings in _ENDINGS.items()}
_SHORTEST = 4
_DOUBLED = re.compile(r"(.)\1", re.DOTALL)


def skeleton(word: str, language: str) -> str:
    """A key shared by the forms of a name or loan word in both languages, without case endings and shades of vowels.

    «Қарағандыға» and «Караганде», «министрі» and «министра» share one. Words of two letters are not changed.
    """
    word = fold(word)
    endings = _ENDINGS.get(language, frozenset())
    for length in range(min(_LONGEST_ENDING.get(language, 0), len(word) - _SHORTEST), 0, -1):
        if word[-length:] in endings:
            word = word[:-length]
            break
    plain = word.translate(_ONE_SOUND)
    if _DOUBLED.search(plain):
        plain = "".join(letter for n, letter in enumerate(plain) if n == 0 or letter != plain[n - 1])
    return plain.rstrip(_VOWELS) or plain
