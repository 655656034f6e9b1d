"""Learns how much each meaning speaks for each intent from what people say (`tests/news/said.tsv`).

    python -m benchmarks.learn_intents            # learns, writes news/data/intent_weights.json, tells its mistakes
    python -m benchmarks.learn_intents --folds    # how well it chooses for sayings that it did not learn from

What must stay a search is learnt from the words of that table, from `one_word_searches.txt`, from pieces of the news
invented for Qala, and from their words at random. The choice is a logistic regression's, among what the rules of
`intents.toml` allow.
"""

import json
import math
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from news.intents.hours import intents_table
from news.intents.understanding import SEARCH, Intent, Question, meanings_of, options_of
from news.language.analyse import words

ROOT = Path(__file__).resolve().parent.parent
SAID = ROOT / "tests" / "news" / "said.tsv"
ONE_WORD = ROOT / "tests" / "news" / "one_word_searches.txt"
WEIGHTS = ROOT / "news" / "data" / "intent_weights.json"
TODAY = date(2026, 11, 22)
_TOLD = ("topic", "follow", "hide")
"""What a piece of news may well say: a town's trouble, whom somebody follows."""
_ROUNDS = 20
_MARGIN = 1.0
"""By how much the right thing must be likelier."""
_PULL = 0.003
_STEP = 0.3
_FOLDS = 5
_SALADS = 400
_SHORT = 3
_A_LINE = 3
"""How often a line of the rules is said, each time in other words."""
_PIECE = 0.25
"""What a piece of news counts beside what a person may type."""
_WRITTEN = 0.3
"""What such a saying counts beside one that a person may type."""
_LONGEST_PIECE = 4
_SMALLEST = 0.05

Options = Mapping[str, frozenset[str]]
Lesson = tuple[Options, str, str, float]


def in_words(found: Intent | Question | None) -> str:
    """What was understood, in the words of the table."""
    match found:
        case None:
            return "search"
        case Question(query=query):
            return f"ask {query}"
        case Intent(name="topic", topic=topic):
            return f"topic {topic}"
        case Intent(name="live", city=city):
            return f"city {city}"
        case Intent(name="beyond", words=kind):
            return f"beyond {kind}"
        case Intent(name="follow" | "hide" as wish, words=words):
            return f"{wish} {words}"
        case Intent(name="search"):
            return "search-ask"
        case Intent(name="time", hours=hours) if hours is not None:
            clock = " ".join(f"{minute // 60:02}:{minute % 60:02}" for minute in hours.minutes)
            return f"at {clock} {hours.days}".strip()
    return found.name


def lesson(text: str, wanted: str) -> Lesson | None:
    """What a message may want, and what it wants; None without a choice, or if the right thing is not there."""
    options = options_of(text, TODAY)
    right = next((one.name for one in reversed(options) if in_words(one.wanted()) == wanted), None)
    if right is None and wanted == "search":
        right = SEARCH
    return ({one.name: one.features for one in options}, right, text, 1.0) if right and len(options) > 1 else None


def written(text: str, name: str) -> Lesson | None:
    """A lesson from a line of the rules."""
    options = {one.name: one.features for one in options_of(text, TODAY)}
    return (options, name, text, _WRITTEN) if name in options and len(options) > 1 else None


def _piece(text: str) -> Lesson | None:
    """A lesson that a piece of news is searched for, not taken for an intent."""
    options = {one.name: one.features for one in options_of(text, TODAY) if one.name not in _TOLD}
    return (options, SEARCH, text, _PIECE if " " in text else 1.0) if len(options) > 1 else None


def told() -> Iterator[tuple[str, str]]:
    """Messages and what they want."""
    for line in SAID.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, wanted = line.split("\t")
            yield text, wanted


def lines(seed: int = 4) -> Iterator[tuple[str, str]]:
    """Each line of the rules in words of its meanings: what was written down as saying an intent says it."""
    table, chance = intents_table(), random.Random(seed)
    for name, rule in table["intents"].items():
        for line in rule["says"]:
            for _ in range(_A_LINE):
                said = [chance.choice(table["words"][meaning].split()).rstrip("~!^") for meaning in line.split()]
                chance.shuffle(said)
                if rule.get("needs") == "place":
                    said.append(chance.choice(("Алматы", "Шымкентте", "Таразда", "из Актобе")))
                yield " ".join(said), name


def searches() -> Iterator[str]:
    """What nobody says to a bot: words that are searched for, and pieces of news."""
    yield from ONE_WORD.read_text(encoding="utf-8").split()
    news = [json.loads(line) for line in (ROOT / "sandbox" / "news.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = [str(one.get(part, "")) for one in news for part in ("title", "body")]
    for file in ("story_events.tsv", "story_pairs.tsv"):
        lines = (ROOT / "benchmarks" / file).read_text(encoding="utf-8").splitlines()
        texts += [text for line in lines if line and line[0] != "#" for text in line.split("\t")[-2:]]
    yield from _salad(texts)
    for text in texts:
        for sentence in re.split(r"[.,:;!?—–«»()\n]+", text):
            piece = sentence.split()
            for length in range(2, _LONGEST_PIECE + 1):
                for start in range(len(piece) - length + 1):
                    yield " ".join(piece[start : start + length])


def _salad(texts: Sequence[str], seed: int = 5) -> Iterator[str]:
    """Words of news that an intent would explain, at random: in these forms and together nobody says them to a bot."""
    forms = sorted({word for text in texts for word in words(text.lower()) if len(word) > _SHORT and meanings_of(word)})
    chance = random.Random(seed)
    for _ in range(_SALADS):
        yield " ".join(chance.choice(forms) for _ in range(chance.randint(2, _LONGEST_PIECE)))


def learnt(lessons: Sequence[Lesson], seed: int = 1) -> dict[str, dict[str, float]]:
    """The weights: logistic regression over the options, pulled to nothing, by adaptive steps."""
    weights: dict[tuple[str, str], float] = defaultdict(float)
    moved: dict[tuple[str, str], float] = defaultdict(lambda: 1e-6)
    order, chance = list(lessons), random.Random(seed)
    for _ in range(_ROUNDS):
        chance.shuffle(order)
        for options, right, _, counts in order:
            odds = {
                name: sum(weights[name, one] for one in features) + weights[name, ""] - _MARGIN * (name == right)
                for name, features in options.items()
            }
            top = max(odds.values())
            shares = {name: math.exp(value - top) for name, value in odds.items()}
            whole = sum(shares.values())
            for name, features in options.items():
                off = counts * ((name == right) - shares[name] / whole)
                if abs(off) < 1e-3:
                    continue
                for feature in (*features, ""):
                    key = name, feature
                    slope = off - _PULL * weights[key]
                    moved[key] += slope * slope
                    weights[key] += _STEP * slope / math.sqrt(moved[key])
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for (name, feature), value in weights.items():
        if abs(value) >= _SMALLEST:
            found[name][feature] = round(value, 2)
    return {name: dict(sorted(found[name].items())) for name in sorted(found)}


def chosen(options: Options, weights: Mapping[str, Mapping[str, float]]) -> str:
    """What is likeliest."""

    def odds(name: str) -> float:
        own = weights.get(name, {})
        return own.get("", 0) + sum(own.get(feature, 0) for feature in options[name])

    return max(options, key=odds)


def main(arguments: Sequence[str]) -> None:
    """Run what the command line asks for."""
    lessons = [one for text, wanted in told() if (one := lesson(text, wanted))]
    others = [one for text in dict.fromkeys(searches()) if (one := _piece(text)) is not None]
    others += [one for text, name in dict.fromkeys(lines()) if (one := written(text, name)) is not None]
    print(f"{len(lessons)} sayings, {len(others)} searches that might be taken for one")
    if "--folds" in arguments:
        random.Random(2).shuffle(lessons)
        right = 0
        for fold in range(_FOLDS):
            weights = learnt([*(one for at, one in enumerate(lessons) if at % _FOLDS != fold), *others])
            for options, name, text, _ in lessons[fold::_FOLDS]:
                right += (got := chosen(options, weights)) == name
                if got != name:
                    print(f"{text}: {got}, not {name}")
        print(f"of sayings not learnt from: {right / len(lessons):.3f}")
        return
    weights = learnt([*lessons, *others])
    WEIGHTS.write_text(json.dumps(weights, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    wrong = [(text, name, chosen(options, weights)) for options, name, text, _ in [*lessons, *others]]
    for text, name, got in wrong:
        if name != got:
            print(f"{text}: {got}, not {name}")
    print(f"{sum(map(len, weights.values()))} weights")


if __name__ == "__main__":
    main(sys.argv[1:])
