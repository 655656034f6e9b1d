"""Articles of one language to learn from which tell one event: made of events that were written for it, pair by pair.

`pairs` makes them as outlets do: from one agency's text and their own words, with background, about stages of one
affair, and in series (weather, courses, matches) that differ by a town, a day or a number. Between two tellings of an
event lie hours, and seldom one outlet wrote both; between stages of an affair lie days, and whoever wrote of one mostly
writes of the next.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SLOT = re.compile(r"\{(\w+)(:\w+)?\}")
_TIMES = 2  # how often two tellings of one event are mixed
_OTHERS = 7  # pairs with events of other families, for each event
_SHORT = 0.4  # how often one of two strange articles is but a title and a sentence
_SERIES_SAME, _SERIES_OTHER = 14, 16
_KEPT = ("city", "region", "day", "team1", "company", "land", "official", "event", "model", "object", "crimer")


class Telling(NamedTuple):
    """A title and a text."""

    title: str
    body: str


class ToldPair(NamedTuple):
    """Two articles of one language, whether they tell one event, and what they are made of."""

    one: Telling
    other: Telling
    language: str
    same: bool
    family: str
    kind: str
    hours: float
    """Between their publications."""
    one_outlet: bool
    """Whether one outlet wrote both."""


Told = Mapping[str, Sequence[Telling]]


def events() -> Told:
    """The events that were written, each with its tellings."""
    found: dict[str, list[Telling]] = {}
    for line in (_HERE / "story_events.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            event, title, body = line.split("\t")
            found.setdefault(event, []).append(Telling(title, body))
    return found


def family(event: str) -> str:
    """The events that are alike: «mine» of «mine/1-court»."""
    return event.partition("/")[0]


def affair(event: str) -> str:
    """What an event is a stage of: «mine/1» of «mine/1-court»."""
    return event.partition("-")[0] if not event.startswith("kk-") else "kk-" + event[3:].partition("-")[0]


def sentences(body: str) -> list[str]:
    """The sentences of a text."""
    return [part for part in _SENTENCE.split(body) if part]


def _apart(chance: random.Random, kind: str) -> tuple[float, bool]:
    """Hours between two articles, and whether one outlet wrote both: of one `event`, of stages of an `affair`, of other
    days of a `series`, or of `strange` events that a window of days holds."""
    if kind == "event":
        return min(80.0, chance.expovariate(1 / 8)), chance.random() < 0.08
    if kind == "affair":
        return min(80.0, chance.expovariate(1 / 16)), chance.random() < 0.3
    if kind == "series":
        return max(0.0, chance.choice([0, 24, 24, 48, 72]) + chance.uniform(-3, 3)), chance.random() < 0.4
    return chance.uniform(0, 80), chance.random() < 0.15


def pairs(seed: int = 5) -> Iterator[ToldPair]:
    """All pairs to learn from, the same for the same seed."""
    chance = random.Random(seed)
    for language in ("ru", "kk"):
        told = {
            event: tellings for event, tellings in events().items() if event.startswith("kk-") == (language == "kk")
        }
        yield from _Mixed(told, language, chance).pairs()
    yield from _series(chance)


class _Mixed:
    """Articles as outlets write them: a lead of their own, sentences of an agency, background of the affair."""

    def __init__(self, told: Told, language: str, chance: random.Random) -> None:
        self._told, self._language, self._chance = told, language, chance
        self._events = list(told)

    def pairs(self) -> Iterator[ToldPair]:
        for event in self._events:
            yield from self._same(event)
            yield from self._alike(event)
            yield from self._strange(event)

    def _pair(self, one: Telling, other: Telling, event: str, kind: str, *, same: bool, how: str = "") -> ToldPair:
        apart = _apart(self._chance, how or ("event" if same else "strange"))
        return ToldPair(one, other, self._language, same, family(event), kind, *apart)

    def _same(self, event: str) -> Iterator[ToldPair]:
        tellings, chance = self._told[event], self._chance
        for place, one in enumerate(tellings):
            for other in tellings[place + 1 :]:
                for _ in range(_TIMES):
                    pool = [*sentences(one.body), *sentences(other.body)]
                    common = self._some(pool, chance.choice([0, 1, 1, 2, 2, 3, 4]))
                    back = self._background(event)
                    yield self._pair(
                        self._written(one, common, self._aside() + back),
                        self._written(other, common, self._aside() + back),
                        event,
                        "mixed",
                        same=True,
                    )
                yield self._pair(one, other, event, "plain", same=True)
            edited = chance.choice(tellings).title
            cut = [part for n, part in enumerate(sentences(one.body)) if n == 0 or chance.random() < 0.6]
            whole = Telling(one.title, " ".join([one.body, *self._aside()]))
            yield self._pair(whole, Telling(edited, " ".join(cut)), event, "mixed", same=True)

    def _alike(self, event: str) -> Iterator[ToldPair]:
        """Stages of one affair, and other events of the family."""
        chance = self._chance
        for other in self._events:
            if family(other) != family(event) or other <= event:
                continue
            how = "affair" if affair(event) == affair(other) else "strange"
            for one in self._told[event]:
                for two in self._told[other]:
                    yield self._pair(one, two, event, "plain", same=False, how=how)
                    if chance.random() < 0.5:
                        continue
                    mine: list[str] = []
                    theirs: list[str] = []
                    if affair(event) == affair(other):
                        first = self._told.get(affair(event), self._told[event])
                        known = list(dict.fromkeys(sentences(chance.choice(first).body) + sentences(one.body)))
                        count = chance.randint(1, 6)
                        mine = self._some(known, count)
                        theirs = mine if chance.random() < 0.6 else self._some(known, count)
                    elif chance.random() < 0.6:
                        mine = theirs = self._some(sentences(one.body) + sentences(two.body), chance.randint(1, 3))
                    back = self._aside() if chance.random() < 0.3 else []
                    yield self._pair(
                        self._written(one, mine, self._aside() + back),
                        self._written(two, theirs, self._aside() + back),
                        event,
                        "mixed",
                        same=False,
                        how=how,
                    )

    def _strange(self, event: str) -> Iterator[ToldPair]:
        chance = self._chance
        for _ in range(_OTHERS):
            other = chance.choice(self._events)
            if family(other) == family(event):
                continue
            back = self._aside() + self._aside() if chance.random() < 0.7 else []
            one, two = chance.choice(self._told[event]), chance.choice(self._told[other])
            short = sentences(one.body)[0] if chance.random() < _SHORT else ""
            yield self._pair(
                Telling(one.title, short) if short else self._written(one, [], self._aside() + back),
                self._written(two, [], self._aside() + back),
                event,
                "mixed",
                same=False,
            )

    def _background(self, event: str) -> list[str]:
        chance = self._chance
        back = self._aside() if chance.random() < 0.3 else []
        others = [one for one in self._events if one != event and affair(one) == affair(event)]
        others = others or [one for one in self._events if one != event and family(one) == family(event)]
        if others and chance.random() < 0.7:
            known = sentences(chance.choice(self._told[chance.choice(others)]).body)
            back = back + self._some(known, chance.randint(1, 4))
        return back

    def _written(self, telling: Telling, common: Sequence[str], behind: Sequence[str]) -> Telling:
        first, *own = sentences(telling.body)
        body = [first, *(part for part in own if self._chance.random() < 0.85)]
        for part in common:
            if part not in body:
                body.insert(self._chance.randint(1, len(body)), part)
        return Telling(telling.title, " ".join([*body, *behind]))

    def _aside(self) -> list[str]:
        """What an outlet adds that has nothing to do with it."""
        telling = self._chance.choice(self._told[self._chance.choice(self._events)])
        return sentences(telling.body)[: self._chance.randint(1, 4)]

    def _some(self, known: Sequence[str], count: int) -> list[str]:
        return self._chance.sample(list(known), min(count, len(known)))


def _series(chance: random.Random) -> Iterator[ToldPair]:
    """What is told every day, in the same words: only a town, a day or numbers differ."""
    for number, told in enumerate(_templates()):
        used = set(_SLOT.findall(" ".join(told)))
        names = {name for name, _ in used}
        for _ in range(_SERIES_SAME):
            filled = _slots(chance)
            one, other = _filled(told[0], filled), _filled(told[1], filled)
            first, *rest = sentences(other.body)
            common = [part for part in sentences(one.body) if chance.random() < 0.4]
            retold = Telling(other.title, " ".join([first, *common, *rest]))
            yield ToldPair(one, retold, "ru", True, f"s{number}", "series", *_apart(chance, "event"))
        for _ in range(_SERIES_OTHER):
            filled, again = _slots(chance), _slots(chance)
            again |= {name: filled[name] for name in _KEPT if name in names and chance.random() < 0.3}
            if all(again[name] == filled[name] for name in _KEPT if name in names) and "day" in names:
                continue  # what happens to the same on the same day is one event, whatever is counted of it
            left, right = chance.choice([(0, 0), (0, 1), (1, 1), (0, 0)])
            one, other = _filled(told[left], filled), _filled(told[right], again)
            yield ToldPair(one, other, "ru", False, f"s{number}", "series", *_apart(chance, "series"))


def _templates() -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in (_HERE / "story_series.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if line.strip():
            blocks[-1].append(line.strip())
        else:
            blocks.append([])
    return [block for block in blocks if block]


def _filled(template: str, values: Mapping[str, str]) -> Telling:
    def put(slot: re.Match[str]) -> str:
        value = values[slot[1]]
        return _CASES.get((slot[2] or "") + value, value)

    text = _SLOT.sub(put, template)
    title, body = text.split(" || ")
    return Telling(title[0].upper() + title[1:], body[0].upper() + body[1:])


_IN = (
    "Тараз Таразе, Шымкент Шымкенте, Павлодар Павлодаре, Брест Бресте, Гомель Гомеле, Тверь Твери, Тула Туле, "
    "Омск Омске, Казань Казани, Рудный Рудном, Киев Киеве, Минск Минске, Актау Актау, Орёл Орле, Самара Самаре"
)
_REGIONS = (
    "Тверская область/Тверской области, Тульская область/Тульской области, Воронежская область/Воронежской области, "
    "Карагандинская область/Карагандинской области, Омская область/Омской области, "
    "Жамбылская область/Жамбылской области, Калужская область/Калужской области, Башкирия/Башкирии"
)
_LANDS = (
    "Япония Японии, Турция Турции, Чили Чили, Иран Иране, Донбасс Донбассе, Индонезия Индонезии, Греция Греции, "
    "Карабах Карабахе"
)
_PLAYERS = (
    "Иванов Ивановым, Томасов Томасовым, Зайнутдинов Зайнутдиновым, Дзюба Дзюбой, Ахметов Ахметовым, Смолов Смоловым, "
    "Кузяев Кузяевым, Исламхан Исламханом"
)
_CITIES = dict(pair.split() for pair in _IN.split(", "))
_REGION = dict(pair.split("/") for pair in _REGIONS.split(", "))
_LAND = dict(pair.split() for pair in _LANDS.split(", "))
_PLAYER = dict(pair.split() for pair in _PLAYERS.split(", "))
_ORDINAL = {"5": "пятый", "7": "седьмой", "11": "11-й", "12": "12-й", "13": "13-й", "24": "24-й", "31": "31-й"}
_CASES = {
    **{f":in{name}": form for table in (_CITIES, _REGION, _LAND) for name, form in table.items()},
    **{f":of{name}": form for name, form in _REGION.items()},
    **{f":on{name}": form for name, form in _LAND.items()},
    **{f":with{name}": form for name, form in _PLAYER.items()},
}
_CHOICES: Mapping[str, Sequence[str]] = {
    "city": tuple(_CITIES),
    "region": tuple(_REGION),
    "land": tuple(_LAND),
    "player": tuple(_PLAYER),
    "precip": ("без осадков", "пройдёт небольшой дождь", "местами снег", "ожидается гроза"),
    "wind": ("северный 3–8 метров в секунду", "южный до 12 метров в секунду", "слабый"),
    "car1": ("«Тойота»", "«Лада»", "Hyundai", "«Газель»"),
    "car2": ("«Ауди»", "Kia", "грузовик", "«Мерседес»"),
    "street": ("Абая", "Гоголя", "Ленина", "Сатпаева", "Мира", "Толстого", "Кирова"),
    "object": ("склад мебели", "частный дом", "дачный дом", "автобус", "торговый павильон", "кафе"),
    "team1": ("Кайрат", "Астана", "Спартак", "Динамо", "Тобол"),
    "team2": ("Актобе", "Ордабасы", "Зенит", "Ростов", "Локомотив"),
    "company": ("Xiaomi", "Samsung", "Huawei", "Realme"),
    "model": ("Note 9", "S21", "Mi 10", "P40", "X50"),
    "inch": ("6,1", "6,4", "6,7"),
    "mp": ("48", "64", "108"),
    "mah": ("4000", "4500", "5000"),
    "contest": ("Кофемания", "На спорте", "Мой кот", "Золотая осень"),
    "event": ("фестиваль уличной еды", "полумарафон", "ярмарка", "концерт ко Дню города", "выставка собак"),
    "official": ("Аким области", "Министр образования", "Вице-премьер"),
    "crimer": ("бывший чиновник", "мошенник", "директор школы", "экс-полицейский"),
}
_NUMBERS: Mapping[str, tuple[int, int]] = {
    "t1": (-20, 12),
    "t2": (-8, 28),
    "n1": (12, 980),
    "n2": (1000, 9900),
    "n3": (200, 999),
    "n5": (15, 400),
    "n6": (7, 60),
    "age": (48, 88),
    "k": (2, 4),
    "min": (5, 90),
    "pos": (1, 9),
}


def _slots(chance: random.Random) -> dict[str, str]:
    count = chance.choice(list(_ORDINAL))
    month = chance.choice(["января", "мая", "июня", "ноября", "октября"])
    return {
        **{name: chance.choice(list(values)) for name, values in _CHOICES.items()},
        **{name: str(chance.randint(*reach)) for name, reach in _NUMBERS.items()},
        "n9": count,
        "ord": _ORDINAL[count],
        "day": f"{chance.randint(1, 29)} {month}",
        "time": f"{chance.randint(6, 22)}:{chance.choice(['00', '15', '30', '40'])}",
        "score": f"{chance.randint(1, 4)}:{chance.randint(0, 1)}",
        "money": f"{chance.randint(380, 490)},{chance.randint(1, 9)} тенге",
        "money2": f"{chance.randint(420, 530)},{chance.randint(1, 9)} тенге",
        "mag": f"{chance.randint(4, 7)},{chance.randint(0, 9)}",
    }
