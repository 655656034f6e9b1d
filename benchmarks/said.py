"""What people say to the bot, said to the running bot over the sandbox, and whether it answers as it should.

    python -m benchmarks.said ../shared/cases/said.tsv [more.tsv …]

A row: message, the reader's language, what should happen. `like COMMAND` begins as that command's answer does,
`offers WORDS` a line or a button holds them, `topic SLUG` its newest or its button, `search` the results of a search,
`offers .` a short answer without articles. Alternatives are parted by |.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from locales import Texts
from news.subject import topics
from sandbox.world.people import Person
from tests.driver import World, world

Row = tuple[str, str, str]
_PATIENCE = 5


def rows_of(text: str) -> list[Row]:
    """The rows of a table: message, language, what should happen."""
    lines = (line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [(message, language, wanted) for message, language, wanted in lines]


async def answers_as_wanted(person: Person, row: Row) -> tuple[bool, str]:
    """Whether the bot's answer to a row is one of those wanted, and the answer's beginning."""
    message, language, wanted = row
    shown = await _answer(person, message)
    likes = {}
    for one in wanted.split("|"):
        if one.startswith("like /"):
            likes[one] = await _answer(person, one.removeprefix("like "))
    return _judged(shown, wanted, likes, language), f"{_text(shown)[:70]!r} {_labels(shown)}"


async def _answer(person: Person, message: str) -> dict:
    person.says(message)
    return await person.sees(lambda _: True)


def _judged(shown: dict, wanted: str, likes: dict[str, dict], language: str) -> bool:
    verb = ""
    for alternative in wanted.split("|"):
        kind, _, rest = alternative.partition(" ")
        verb = kind if kind in ("like", "offers", "topic", "search") else verb
        rest = rest if kind in ("like", "offers", "topic", "search") else alternative
        if _holds(shown, verb, rest, likes.get(alternative), language):
            return True
    return False


def _holds(shown: dict, verb: str, rest: str, like: dict | None, language: str) -> bool:
    text, labels = _text(shown), _labels(shown)
    texts = Texts(language)
    if verb == "like":
        return like is not None and text.split("\n")[0] == _text(like).split("\n")[0]
    if verb == "search":
        begins = texts.plain("search-title", query="").replace("<b></b>", "").strip()
        return (
            text.startswith(begins)
            or texts.plain("search-nothing", query="", count=1).split("—")[-1].split(".")[0].strip() in text
        )
    if verb == "topic":
        buttons = {one.get("callback_data", "") for row in _rows(shown) for one in row}
        return text.startswith(topics.name(rest, language)) or any(
            re.match(rf"list:t\.{rest}(\.|$)", one) for one in buttons
        )
    if rest == ".":
        return len(text) < 120 and "1" not in labels
    return any(rest.casefold() in line.casefold() for line in [*text.split("\n"), *labels])


def _text(shown: dict) -> str:
    return shown.get("text") or ""


def _rows(shown: dict) -> list[list[dict]]:
    return shown.get("reply_markup", {}).get("inline_keyboard", [])


def _labels(shown: dict) -> list[str]:
    return [one["text"] for row in _rows(shown) for one in row]


async def score(city: World, rows: list[Row]) -> list[tuple[Row, str]]:
    """The rows that are answered otherwise than wanted, each with the answer."""
    people: dict[str, Person] = {}
    wrong = []
    for number, row in enumerate(rows):
        if number % _PATIENCE == 0:  # nobody writes so much in a minute: the bot would ask them to wait
            people.clear()
        if row[1] not in people:
            people[row[1]] = await _reader(city, row[1])
        right, answer = await answers_as_wanted(people[row[1]], row)
        if not right:
            wrong.append((row, answer))
    return wrong


async def _reader(city: World, language: str) -> Person:
    person = city.person("Марина" if language == "ru" else "Айгерім", language)
    person.says(f"/language {language}")
    await person.sees(Texts(language).plain("language-set"))
    return person


async def main(files: list[str]) -> None:
    """Run what the command line asks for."""
    tables = {file: rows_of(Path(file).read_text(encoding="utf-8")) for file in files}  # noqa: ASYNC240 - once
    with tempfile.TemporaryDirectory() as folder:
        async with world(Path(folder)) as city:
            for file, rows in tables.items():
                wrong = await score(city, rows)
                for (message, language, wanted), answer in wrong:
                    print(f"{message} ({language}) wanted {wanted}, got {answer}")
                print(f"{file}: {len(rows) - len(wrong)} of {len(rows)} ({1 - len(wrong) / len(rows):.2f})")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
