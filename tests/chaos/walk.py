"""A person who tries everything there is: each command, each kind of button under what comes, inline, and the bells."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from handlers.menus import ADMIN_COMMANDS, COMMANDS
from sandbox.world.people import Person
from tests.driver import World

TEXTS = (
    "жол жөнделді",
    "дороги Алматы вчера",
    "ljhjub",
    "jol",
    "#тег1",
    "/search көпір",
    "/saved көпір",
    "/digest 08:30",
    "/subscribe transport",
    "/subscribe #тег2",
    '/subscribe "су өшіру"',
    "/language kk",
)
INLINE = ("", "к", "көпір", "дороги", "ж", "transport")
_READING = {"more", "read", "whole", "why", "story", "less"}
_OFTEN = 2


async def everything(city: World, person: Person, payloads: Sequence[str] = (), *, stays: bool = False) -> None:
    """Say all there is to say, press every kind of button there is to press, a few times each; end with farewell,
    unless the person `stays`.
    """
    done: set[tuple[int, str]] = set()  # the same button again within a second is no second press
    for text in (f"/start {one}".strip() for one in ("", *payloads)):
        person.says(text)
        await person.sees()
        await _press_all(person, done, Counter(), 1, lambda kind: kind in _READING)
    for text in TEXTS:
        person.says(text)
        await person.sees()
    pressed: Counter[str] = Counter()
    for command in (*COMMANDS, *ADMIN_COMMANDS):
        person.says(f"/{command}")
        await person.sees()
        await _press_all(person, done, pressed, _OFTEN, lambda kind: kind != "forget")
    for words in INLINE:
        question = person.types(words)
        await person.results(question)
        if offset := (question.answer or {}).get("next_offset"):
            await person.results(person.types(words, offset=offset))
    await city.passes(86_400)
    await city.bot.broadcasting.ring()
    await city.bot.bell.reindex()
    await city.bot.bell.clean()
    await _press_all(person, done, pressed, _OFTEN, lambda kind: kind != "forget" or not stays)


async def _press_all(
    person: Person, done: set[tuple[int, str]], pressed: Counter[str], often: int, wanted: Callable[[str], bool]
) -> None:
    while True:
        for message_id, data in _buttons(person):
            kind = data.split(":")[0]
            if pressed[kind] < often and wanted(kind) and (message_id, data) not in done:
                break
        else:
            return
        pressed[kind] += 1
        done.add((message_id, data))
        await person.toast(person.sends_callback(person.chat().messages[message_id], data))


def _buttons(person: Person) -> Iterator[tuple[int, str]]:
    for message_id, message in reversed(person.chat().messages.items()):
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                if "callback_data" in button:
                    yield message_id, button["callback_data"]
