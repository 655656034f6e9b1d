"""What a message without a command wants: an intent, an hour, a topic, or a question with its town and days.

The words and what they mean together are in `news/data/intents.toml`. A message may be an intent only if its words are
explained: «помощь» may be one, «помощь пострадавшим» is a search. Which of those it may be is weighed by what was
learnt from sayings (`news/data/intent_weights.json`). `news.intents.spelling` forgives spelling. What a message says of
what its chat was shown is found by `news.intents.pointing`.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache, partial
from itertools import pairwise
from pathlib import Path

from news.intents.beyond import beyond, matched
from news.intents.hours import Hours, hours_in, intents_table
from news.intents.spelling import DENIED, NOTHING, Spellings
from news.intents.towns import PLACE, cities_in
from news.language import kazakh, latin, russian
from news.language.analyse import fold, term, words
from news.language.frequency import is_known
from news.queries.query import ASKING, QueryPeriod, find_period, only_asks
from news.subject import places, topics

_ADDRESSED = re.compile(r"\w{3}с(?:ың|ің|ыз|із)(?:дар|дер)?$")
"""What «you» are: «роботсың», «қалайсыздар»."""
_KEPT = 1024
"""What many say is understood once a day."""
_MOST_LETTERS = 160
_MOST_WORDS = 14
_LONG = 7
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEIGHTS = Path(__file__).parent.parent / "data" / "intent_weights.json"
"""How much each meaning speaks for each intent, learnt from what people say (`benchmarks/learn_intents.py`)."""
SEARCH = "words"
_MOST_STRANGE = 2
"""Words that no intent knows, at most; they must be talk (`_is_talk`)."""
_ASKS = frozenset(
    (
        "strange 0",
        "strange 1",
        "strange 2",
        "?",
        "place",
        "day",
        "about",
        "find",
        "what",
        "who",
        "how",
        "when",
        "why",
        "where",
    )
)
"""What speaks for a search."""
_MOST_OBJECT = 4
_MANY = 4
"""Words of a message that may be chatter."""
_BACK = frozenset(("resume", "again", "show", "send"))
_RESTORING = _BACK | {"news", "yes", "not", "hide", "off"}
_BESIDE_RESTORED = frozenset(
    [
        "polite",
        "kin",
        "look",
        "wish",
        "my",
        "on",
        "about",
        "topics",
        "change",
        "ofme",
        "you",
        "greeting",
        "uninteresting",
    ]
)
_MOST_LISTED = 4
_AND = frozenset(("и", "или", "а", "также", "еще", "плюс", "мен", "пен", "бен", "және", "да", "де", "та", "те", "and"))
_LONGEST_TROUBLE = 6
LONGEST_POINTING = 7
"""Words of a message that names what was shown, or what was hidden."""
_NOT_ME = frozenset(("емеспін", "емеспіз", "емеспин"))
_FROM_TOWN = frozenset(("из", "в", "живу", "с", "со"))
_REFUSING = frozenset(("not", "uninteresting", "send", "inform", "follow"))
_DENIED = re.compile(r"\w{2,}[мбп][ае](?:й|йды|йді|ды|ді|ған|ген|пты|пті)(?:м[ыі]н|с[ыі]ң|м[ыі]з|с[ыі]з|м|к|қ)?$")
"""A Kazakh verb's negation: «келмейді», «шығармады», «жүрмей»."""
_CONDITION = re.compile(r"\w{2,}с[ае]$")
"""A Kazakh verb's condition: «өшсе», «болса»."""
MOOD = re.compile(
    r"\w{3,}(?:[ңн][ыі]з(?:дер|дар)?(?:ш[ыі])?|[ңн]д[ае]р(?:ш[ыі])?|[ае]й[ыі]н(?:ш[ыі])?|с[ае][ңн]ш[ыі]|[ае]й[ыі]кш[ыі]"
    r"|[аейпң]?[мбп][ыі]н|[аейп]с[ыі]ң(?:дар|дер)?|[аейп]с[ыі]з(?:дар|дер)?|[дт][ыі]м|с[ае]м)$"
)
"""A Kazakh verb of a wish, of «I» and «you»: «жіберіңізші», «көрейін», «шаршадым», «жүрсіз»."""
_OF_TOWN = re.compile("(?:[дт][ае]н?|н[ае]н|[лдт][ыі][қк]|н[іы]к[іы])[мбп](?:[ыі]н|[ыі]з)$")
"""«Шымкенттенмін», «Талдықорғаннанбыз», «Алматыдамын», «алматылықпын»: who speaks is from the town."""
_WITHOUT = re.compile("([^\\W\\d_]{3,})с[ыі]з$")
_CONVERB = re.compile("(?:[ыіиуүаеөя]п|рм)$")
"""What a Kazakh verb is before another one, and «тұрм»: no noun ends so."""
_TO_DO = re.compile("(?:[^\\W\\d_]{3}у|ть|чь)$")
"""The infinitive of a verb of either language."""
_INVITED = re.compile("[мбп][ае]йс[ыі](?:[ңн](?:дар|дер)?|з(?:дар|дер)?)$")
_WHETHER = frozenset(("ма", "ме", "ба", "бе", "па", "пе"))
"""What asks in Kazakh; after a town or days alone it asks on as «ше» does: «Оралда ма»."""
_TOPIC = "topic:"
_NAMED = "named:"
_LONG_NAME = 5
_DAY = "day:"
_QUOTES = re.compile('["«»“”„]')
_QUOTED = re.compile(r'["«“„]([^"«»“”„]*\w[^"«»“”„]*)["»“”]')
_OPERATOR = re.compile(r'["«»“„#]|(?<!\S)-\w|(?<!\S)[^\W\d_]+:\S')
_FRAME = frozenset(
    ["what", "who", "how", "when", "polite", "wish", "show", "about", "find", "news", "greeting", "thanks", "have"]
)
"""Meanings of words that only ask; a question is searched for without them."""
_KAZAKH_ABOUT = frozenset(("туралы", "жайлы", "жайында", "жөнінде", "үшін"))
_TOWN_TOKEN = re.compile('city:"[^"]*"')
_TOKENS = re.compile(r'#[a-z-]+|city:"[^"]*"')
_GOING_ON = frozenset(("а", "ал", "и", "әрі", "теперь", "енді"))
_ASKED_ON = frozenset(("ше",))
_ONLY = frozenset(("только", "лишь", "тек"))
_IN = frozenset(("в", "во", "на", "под", "возле", "около", "у"))
_PLACED = 2
"""Words of «а в рудном», where a name that is also a word is surely a town."""
_FOR = frozenset(("за", "на"))
_OF_DAYS = ("ғысын", "гісін", "ғысы", "гісі", "ғыларын", "гілерін")
"""«Осы аптадағысын»: of what was shown, that of this week."""
_NO_TOWN = frozenset(("wish", "polite"))
"""Meanings whose words are no town's name: «керек» is not «Кереку»."""
_ASKING = frozenset(("what", "who", "how", "when"))
_LEADING = frozenset(("polite", "show", "find"))
_SHOWING = frozenset(("show", "find"))
_BETWEEN = frozenset(("on", "about"))
_NEWS_MAY = "topics show fresh main all what have new on about news headline my again today day subscribe"
_EXCEPT = frozenset(("кроме", "окромя", "басқасын", "басқасының", "қалғанын"))
"""«Убери всё кроме метро»: what is to go is chosen among the subscriptions."""
_THANKFUL = re.compile("[👍🙏❤♥😊🤝👌💛💙🔥😍🥰🫶👏]")


@dataclass(frozen=True, slots=True)
class Intent:
    """What a whole message wants: its name, and what it names: a topic's slug, a town's slug, hours, words."""

    name: str
    topic: str | None = None
    city: str | None = None
    hours: Hours | None = None
    words: str | None = None
    """What to follow or hide: the message's words; a single word in its dictionary form. The kind of what is beyond the
    bot."""
    topics: tuple[str, ...] = ()
    """The slugs of the topics to follow or hide, if the message lists several."""
    days: int | None = None
    """For how many days nothing is to come, if the message names the day."""


@dataclass(frozen=True, slots=True)
class Question:
    """A message that asks in a sentence. `query` is what to search for, in the query language (news.queries.query).

    `topic` is the slug of the topic of a trouble in the town, None if it asks about none.
    """

    query: str
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    says: tuple[frozenset[str], ...]
    may: frozenset[str]
    takes: frozenset[str]
    needs: frozenset[str]
    topic: str | None = None
    narrow: bool = False
    """Whether only what `may` lists stands beside it, not all that people talk of."""


@dataclass(frozen=True, slots=True)
class _Book:
    spellings: Spellings
    rules: tuple[_Rule, ...]
    wrong: tuple[tuple[str, frozenset[str], frozenset[str]], ...]
    """Topics, each with the meanings of what may be in trouble, and of the troubles."""
    wishes: tuple[_Rule, ...]
    """Wishes with an object: «подпишись на футбол», «спортты көрсетпе»."""
    always: frozenset[str]
    talk: frozenset[str]
    """All that people talk of with a bot: no object of a wish."""
    lines: Mapping[str, Sequence[tuple[int, int, frozenset[str]]]]
    """The lines of `rules` by the rarest of their meanings: each with its rule's index and its place there."""


@dataclass(frozen=True, slots=True)
class _Option:
    """Something that a message may want, and what tells how likely."""

    name: str
    features: frozenset[str]
    wanted: Callable[[], Intent | Question | None]

    def odds(self, weights: Mapping[str, Mapping[str, float]]) -> float:
        """How likely it is, compared with others; learnt."""
        own = weights.get(self.name, {})
        return own.get("", 0.0) + sum(own.get(feature, 0.0) for feature in self.features)


def meanings_of(word: str) -> frozenset[str]:
    """What a word may mean to a bot."""
    return _book().spellings.meanings(fold(word))


def surely_of(word: str) -> frozenset[str]:
    """What a folded word means to a bot, if it is spelled so."""
    return _book().spellings.surely(word)


def options_of(text: str, today: date) -> list[_Option]:
    """All that a message may want, of the reading in which fewest words are strange (benchmarks.learn_intents)."""
    read = [
        _Message(spoken, today, asked="?" in text, as_typed=place == 0).options()
        for place, one in enumerate(_readings(text))
        if 0 < len(spoken := words(one)) <= _MOST_WORDS
    ]
    return max(read, key=len, default=[])


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    weights: dict[str, dict[str, float]] = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return weights


@lru_cache(_KEPT)
def understand(text: str, today: date) -> Intent | Question | None:
    """What a message wants; None where its words are to be searched for as they stand. `today`: the reader's day."""
    if hours := hours_in(text):
        return Intent("time", hours=hours)
    if not re.search(r"\w", text):
        return Intent("thanks") if _THANKFUL.search(text) else None
    if len(text) > _MOST_LETTERS:
        return None
    if _OPERATOR.search(text):
        return _quoted_wish(text, today)
    if len(words(text)) > _MOST_WORDS:
        return _long_question(text)
    if kind := beyond(text):
        return Intent("beyond", words=kind)
    for place, read in enumerate(_readings(text)):
        spoken = words(read)
        if not 0 < len(spoken) <= _MOST_WORDS:
            continue
        if place and not any(_book().spellings.meanings(fold(word)) for word in spoken):
            continue  # an intent has a word that says it
        found = _Message(spoken, today, asked="?" in text, as_typed=place == 0).read()
        if " " not in read.strip() and isinstance(found, Intent) and not _speaks_alone(found.name, read):
            continue
        if found is not None and (place == 0 or isinstance(found, Intent)):
            return found
    return None


def _long_question(text: str) -> Question | None:
    """What a long message is looked for by: its words without those that ask, fill, and tell what somebody does."""
    said = words(text)
    left = [word for word in said if not _fills(fold(word))]
    return Question(" ".join(left)) if 0 < len(left) < len(said) else None


def _fills(word: str) -> bool:
    framing = _book().spellings.surely(word) & (_FRAME | _BETWEEN | {"kin", "if"})
    return bool(framing) or word in _chatter() or only_asks(word) or _is_talk(word)


def follow_up(text: str, before: str | None, today: date) -> Intent | Question | None:
    """What goes on from the question `before`: «а вчера?», «ал Астанада ше», «за эту неделю»; None if nothing does.

    Its days and its town take the place of the earlier ones. What names something else is understood by itself, as «а
    рубль».
    """
    spoken = words(text)
    while len(spoken) > 2 and fold(spoken[0]) in _GOING_ON and fold(spoken[1]) in _GOING_ON:
        spoken = spoken[1:]  # «а теперь в Астане»
    begun = len(spoken) > 1 and fold(spoken[0]) in _GOING_ON
    ended = len(spoken) > 1 and fold(spoken[-1]) in _ASKED_ON | _WHETHER
    only = len(spoken) > 1 and before is not None and fold(spoken[0]) in _ONLY
    bare = spoken[begun or only : len(spoken) - ended]
    if not 0 < len(bare) <= LONGEST_POINTING:
        return None
    said = _Message(bare, today, asked=False, as_typed=False)
    if begun and not said.narrows and len(bare) <= _PLACED:
        named = _Message([*bare[:-1], bare[-1].capitalize()], today, asked=False, as_typed=False)
        said = named if named.narrows else said
    if ended and fold(spoken[-1]) in _WHETHER and not said.narrows:
        return None
    if only and not said.narrows:
        return Question(f"{_of_query(before, today)} {' '.join(bare)}") if before else None
    alone = fold(spoken[0]) in _FOR or bare[-1].lower().endswith(_OF_DAYS)
    if not (begun or ended or only or (alone and before and said.names_only_days)):
        return None
    if not said.narrows and before and len(bare) == _PLACED and fold(bare[0]) in _IN:
        return Question(f"{_TOWN_TOKEN.sub('', _of_query(before, today)).strip()} {bare[-1]}".strip())
    if not said.narrows:
        asked = understand(" ".join(bare), today)
        known = isinstance(asked, Question) or (isinstance(asked, Intent) and asked.name == "topic")
        return asked if known else Question(" ".join(bare))
    asked = understand(before, today) if before else None
    base = asked.query if isinstance(asked, Question) else before or ""
    topic = re.match(r"#[a-z-]+", base)
    town = re.search(r'city:"[^"]*"', base)
    rest = [one for one in _TOKENS.sub(" ", base).split() if one]
    earlier = _Message(rest, today, asked=False, as_typed=False) if rest else None
    query = said.instead_of(earlier, town[0] if town else None)
    return Question(f"{topic[0]} {query}" if topic else query, topic[0][1:] if topic else None)


def _of_query(before: str, today: date) -> str:
    """The words of an earlier question without those that only ask."""
    asked = understand(before, today)
    return asked.query if isinstance(asked, Question) else before


def narrows(text: str, today: date) -> bool:
    """Whether a message names days or a town, and else nothing to look for."""
    spoken = words(text)
    return bool(spoken) and _Message(spoken, today, asked=False, as_typed=False).narrows


def subject(query: str, today: date) -> str:
    """What a query is about whatever its days: what is left to follow of «метро за эту неделю»."""
    asked = understand(query, today)
    base = asked.query if isinstance(asked, Question) else query
    towns = [found[1] for found in re.finditer('city:"([^"]*)"', base)]
    rest = [one for one in _TOKENS.sub(" ", base).split() if one]
    found = find_period([fold(word) for word in rest], today)
    left = [word for at, word in enumerate(rest) if found is None or at not in found[1]]
    return " ".join((*left, *towns)) or query


def topic_of(spoken: Sequence[str]) -> str | None:
    """The slug of the first topic that a word names, in any of its forms."""
    return next((slug for word in spoken if (slug := _named([fold(word)]) or topics.find(word))), None)


def trouble(text: str) -> str | None:
    """The topic of a trouble told in a short message: «отрубили воду», «лифт сломался», «су келмей жатыр»; or None."""
    spoken = words(text)
    if not 0 < len(spoken) <= _LONGEST_TROUBLE:
        return None
    book = _book()
    meanings = [book.spellings.meanings(fold(word)) | _denial(word) for word in spoken]
    for topic, things, wrongs in book.wrong:
        if any(
            one & things and (one & things & wrongs or any(other & wrongs for other in meanings if other is not one))
            for one in meanings
        ):
            return topic
    return None


def restored(text: str) -> str | None:
    """What a message wants back, which was hidden: «верни криминал», «сериалды қайтар»; None if it wants nothing so."""
    spoken = words(text)
    if not 1 < len(spoken) <= LONGEST_POINTING:
        return None
    told = [_book().spellings.meanings(fold(word)) for word in spoken]
    framed = [bool(one & _RESTORING) or (bool(one) and one <= _BESIDE_RESTORED) for one in told]
    if not any(one & _BACK for one in told) or all(framed):
        return None
    object_ = spoken[framed.index(False) : len(framed) - framed[::-1].index(False)]
    return " ".join(object_) if len(object_) <= _MOST_OBJECT else None


def asks_back(text: str) -> bool:
    """Whether a message asks for something to come back, whatever else it says: «ой верни спорт, муж ругается»."""
    return any("resume" in _book().spellings.meanings(fold(word)) for word in words(text))


def names_nothing(text: str) -> bool:
    """Whether a message of several words has none that one could look for: «не то», «бұл емес», «ну и что»."""
    spoken = [fold(word) for word in words(text)]
    return len(spoken) > 1 and all(one in _little() or only_asks(one) for one in spoken)


@cache
def _chatter() -> frozenset[str]:
    return frozenset(map(fold, intents_table()["chatter"]["words"].split()))


@cache
def _little() -> frozenset[str]:
    return frozenset(map(fold, intents_table()["nothing"].split()))


def ordinal_of(word: str) -> int | None:
    """The number that a word tells in a list: «2», «вторая», «екіншісін»; -1 for the last one."""
    if word.isdecimal():
        return int(word) if len(word) < 3 else None
    return next(map(int, _ordinals().meanings(word)), None)


@cache
def _ordinals() -> Spellings:
    """«Первая», «бірінші», in any case."""
    return Spellings({number: text.split() for number, text in intents_table()["ordinals"].items()})


def _denial(word: str) -> frozenset[str]:
    return frozenset(("not",)) if _DENIED.search(word.lower()) else NOTHING


def _readings(text: str) -> Iterator[str]:
    """The message as typed, then as typed on other keyboard layouts; English typed on another one is all of the words
    that are English.
    """
    yield text
    chunks = text.split()
    if any(latin.is_latin(chunk.lower()) for chunk in chunks):
        yield " ".join(map(latin.struck_cyrillic, chunks))
        return
    if any(letter in latin.DIGIT_KEYS for letter in text):
        yield " ".join(map(latin.kazakh_digits, chunks))
    english = " ".join(map(latin.struck_latin, chunks))
    if all(map(_book().spellings.english, map(fold, words(english)))):
        yield english


def _quoted_wish(text: str, today: date) -> Intent | None:
    """A wish whose object is in quotation marks: «следи за "горячая вода"». Other text with operators is a search."""
    quoted = _QUOTED.findall(text)
    bare = _QUOTES.sub(" ", text)
    if len(quoted) != 1 or _OPERATOR.search(bare):
        return None
    found = understand(bare, today)
    if not isinstance(found, Intent) or found.name not in ("follow", "hide"):
        return None
    object_ = " ".join(quoted[0].split())
    return Intent(found.name, topic=topics.find(object_) or trouble(object_), words=object_)


def _speaks_alone(name: str, text: str) -> bool:
    """Whether a message of one word is this intent, and not what somebody looks for."""
    listed = intents_table()["alone"].get(name)
    if listed is None:
        return name in ("topic", "live", "time")
    one, *more = [fold(word) for word in words(text)]
    if more:  # «по-русски», but not «стоп-кран»
        return "-".join((one, *more)) in listed.split()
    if name in _alone().meanings(one):
        return True
    a_word = is_known(one) or russian.is_known(one)
    return not a_word and name in _alone().slipped(one)


def _is_talk(word: str) -> bool:
    """Whether a folded word that no intent knows names nothing: a function word, a verb of «I» and «you», a request."""
    if latin.is_latin(word) or any(letter.isdigit() for letter in word):
        return False
    return MOOD.search(word) is not None or russian.is_talk(word)


class _Message:
    """The words of a message, and the meanings of each."""

    def __init__(self, spoken: Sequence[str], today: date, *, asked: bool, as_typed: bool) -> None:
        self._book = _book()
        self._asked = asked
        self._today = today
        spoken, meanings = _parted(_meant(spoken))
        self._typed = list(spoken)
        # «Вчерашние новости» means those of yesterday.
        self._spoken = ["вчера" if "yesterday" in meant else word for word, meant in zip(spoken, meanings, strict=True)]
        found = find_period([fold(word) for word in self._spoken], today)
        self._period = found[0] if found else None
        self._days = frozenset(found[1] if found else ())
        self._meanings = list(map(set, meanings))
        for at, word in enumerate(spoken):
            plain = fold(word)
            if self._meanings[at] == {"wish"} and is_known(plain) and not self._asks_for(plain):
                self._meanings[at] &= self._book.spellings.surely(plain)  # «салық» is the tax, not «let us put»
        self._cities = cities_in(
            ["" if meant & _NO_TOWN else word for word, meant in zip(spoken, meanings, strict=True)]
        )
        for at, slug in self._cities.items():
            self._meanings[at].add(PLACE + slug)
            if _OF_TOWN.search(fold(spoken[at])):
                self._meanings[at].add("live")
        for at in self._days:
            self._meanings[at].add(_DAY)
        if as_typed:
            self._slip()
        self._told = frozenset(("if",)).union(*self._meanings)
        """All meanings of its words. «if» is always among them, because the ending of a verb may say it."""

    def _asks_for(self, plain: str) -> bool:
        return bool(_CONVERB.search(plain)) or kazakh.is_verb(plain) or self._book.spellings.is_verb(plain)

    def _slip(self) -> None:
        """Forgive one slip, where only one word is not understood and it is no word of news."""
        strange = [at for at, meanings in enumerate(self._meanings) if not meanings]
        word = fold(self._spoken[strange[0]]) if len(strange) == 1 else ""
        if word and not MOOD.search(word) and not is_known(word):
            self._meanings[strange[0]] |= self._book.spellings.slipped(word)

    def read(self) -> Intent | Question | None:
        """What it wants most likely."""
        return max(self.options(), key=lambda option: option.odds(_weights())).wanted()

    def options(self) -> list[_Option]:
        """All that it may want: intents that explain its words, a wish with an object, and to be searched for."""
        strange = [at for at, meanings in enumerate(self._meanings) if not meanings]
        features = self._features(len(strange))
        found = [_Option(SEARCH, features & _ASKS, self._question)]
        wish = self._wish()
        many = wish is None and sum(one[:6] == _TOPIC for one in self._told) > 1
        if many and (listed := _listed(self._spoken)):
            wish = Intent("follow", words=" ".join(self._spoken), topics=listed)
            features |= {"listed"}
        if wish is not None:
            found.append(_Option(wish.name, features, partial(_just, wish)))
        if len(strange) > _MOST_STRANGE or len(strange) == len(self._meanings):
            return found
        known = [meanings for meanings in self._meanings if meanings]
        lines = self._lines(known)
        if not lines or not all(map(_is_talk, (fold(self._spoken[at]) for at in strange))):
            return found
        for rule, line in lines:
            said = {f"={one}" for one in line if one[:6] != _TOPIC and one[:6] != _NAMED}
            name = "topic" if rule.topic else rule.name
            found.append(_Option(name, features | said | {f"={len(line)}"}, partial(self._said, rule)))
        return found

    def _features(self, strange: int) -> frozenset[str]:
        """What the choice depends on: the meanings of its words, how many they are, whether it asks."""
        meanings = {one.partition(":")[0] for one in self._told}
        # What a word means by its own pattern speaks louder than what a bent form may mean.
        surely = {
            f"{one.partition(':')[0]}!" for word in self._spoken for one in self._book.spellings.surely(fold(word))
        }
        length = min(len(self._meanings), _LONG)
        # What is denied; «не» is Kazakh too, and means «what» there.
        for one, other in pairwise(self._meanings):
            surely |= {f"not {meaning}" for meaning in other if "not" in one}
            surely |= {f"{meaning} not" for meaning in one if "not" in other}
        return frozenset(
            (*meanings, *surely, f"length {length}", f"strange {strange}", *(("?",) if self._asked else ()))
        )

    def _wish(self) -> Intent | None:
        """A wish with its object: its words are before the object, after it, or around it.

        The shortest object is meant: the more words tell the wish, the surer it is.
        """
        found = min(self._wishes(), key=lambda wish: wish[0], default=None)
        return found[1] if found else None

    def _wishes(self) -> Iterator[tuple[int, Intent]]:
        """The wishes that its words may tell, each with the length of its object."""
        for rule in self._book.wishes:
            for needs in rule.says:
                if not needs <= self._told or ("only" in self._told and "uninteresting" in needs):
                    continue  # «маған Астана ғана керек» hides nothing
                told = needs | rule.may | self._book.always
                framed = [any(one in told for one in meanings) for meanings in self._meanings]
                if all(framed):
                    continue
                start, end = framed.index(False), len(framed) - framed[::-1].index(False)
                around = [self._meanings[at] for at in range(len(framed)) if not start <= at < end]
                around += [{"if"} for word in self._spoken[start:end] if _CONDITION.search(word.lower())]
                if end - start > _MOST_OBJECT or not matched(
                    [[at for at, meanings in enumerate(around) if need in meanings] for need in needs]
                ):
                    continue
                if any(meanings & _REFUSING for meanings in self._meanings[start:end]):
                    continue  # «ояту керек емес, срочныйларды өшір»: two wishes
                last = fold(self._spoken[end - 1])
                if "uninteresting" in needs and _TO_DO.search(last):
                    continue  # «мені ояту керек емес»: what is not to be done
                if _CONVERB.search(last) and kazakh.is_verb(last):
                    continue  # «қате басып қойдым»: what was done, not what is named
                if all(meanings & self._book.talk for meanings in self._meanings[start:end]):
                    continue  # «бір ай бойы»: how long, not what
                kept = any(fold(word) in _EXCEPT for word in self._spoken)
                found = Intent("subscriptions") if kept else _wished(rule, self._spoken[start:end])
                if found is not None:
                    yield end - start, found

    def _lines(self, known: Sequence[Collection[str]]) -> list[tuple[_Rule, frozenset[str]]]:
        """Each rule that may say its intent here, and the longest of its lines that do."""
        told: dict[int, list[tuple[int, int, frozenset[str]]]] = {}
        for meaning in self._told:
            for at, place, needs in self._book.lines.get(meaning, ()):
                if needs <= self._told:
                    told.setdefault(at, []).append((-len(needs), place, needs))
        rules = ((self._book.rules[at], [needs for _, _, needs in sorted(told[at])]) for at in sorted(told))
        return [(rule, line) for rule, lines in rules if (line := self._line(rule, lines, known)) is not None]

    def _line(
        self, rule: _Rule, lines: Sequence[frozenset[str]], known: Sequence[Collection[str]]
    ) -> frozenset[str] | None:
        """The first of these lines of a rule that explains all known words; None if each leaves one unexplained."""
        if "place" in rule.needs and not self._cities:
            return None
        for needs in lines:
            allowed = needs | rule.may | self._book.always
            if self._covers(needs) and all(_allowed(meanings, allowed, rule) for meanings in known):
                return needs
        return None

    def _covers(self, needs: frozenset[str]) -> bool:
        """Whether each of these meanings has a word of its own."""
        return matched([[at for at, meanings in enumerate(self._meanings) if need in meanings] for need in needs])

    def _said(self, rule: _Rule) -> Intent | Question:
        city = next(iter(self._cities.values()), None) if "place" in rule.takes else None
        if rule.name == "live" and self._is_elsewhere():
            return Intent("city")
        narrowed = self._narrowing(city if rule.name not in ("live", "zone") else None, "day" in rule.takes)
        if rule.topic is not None:
            return Question(f"#{rule.topic} {narrowed}", rule.topic) if narrowed else Intent("topic", rule.topic)
        if narrowed:
            return Question(narrowed)
        return Intent(rule.name, city=city, days=self._until() if rule.name == "pause" else None)

    def _is_elsewhere(self) -> bool:
        """Whether who speaks is not from the town: «я не из Алматы», «мен Алматыдан емеспін»."""
        plain = list(map(fold, self._spoken))
        return bool(_NOT_ME & set(plain)) or any(one == "не" and after in _FROM_TOWN for one, after in pairwise(plain))

    def _until(self) -> int | None:
        """The days until the weekday that a message names."""
        named = [one for word in self._spoken for one in _until_words().meanings(fold(word))]
        if not named:
            return None
        return 1 if named[0] == "tomorrow" else (_WEEKDAYS.index(named[0]) - self._today.weekday() - 1) % 7 + 1

    def _narrowing(self, city: str | None, days: bool, *, today: bool = False) -> str:
        """The town and the days of a message in the query language. Today is left out where all news are asked for: it
        comes first anyway.
        """
        parts = [f'city:"{places.name(city, "ru")}"'] if city else []
        if days and self._period is not None and (city or today or not self._is_today(self._period)):
            parts.append(" ".join(self._spoken[at] for at in sorted(self._days)))
        return " ".join(parts)

    def _is_today(self, period: QueryPeriod) -> bool:
        return period.since == period.until == self._today

    def _question(self) -> Question | None:
        """A message's question without its asking words, its town and days as operators; None if it asks nothing."""
        surely = [self._book.spellings.surely(fold(word)) for word in self._spoken]
        first = next((meanings for meanings in surely if not meanings & {"greeting", "wish", "kin"}), NOTHING)
        news = any("news" in meanings for meanings in surely)
        spoken = [fold(word) for word in self._spoken]
        asks = any(  # «салық туралы не бар», «әкім не деп жатыр»
            (word in _KAZAKH_ABOUT and after == "не") or (word == "не" and _is_kazakh_verb(after))
            for word, after in pairwise(spoken)
        )
        asks = asks or bool(first & _ASKING) or (self._asked and any(meanings & _ASKING for meanings in surely))
        leads = bool(first & _LEADING)
        have = any("have" in meanings for meanings in surely)
        shows = bool(surely[-1:] and surely[-1] & _SHOWING)  # «көпір туралы оқып берші»
        about = (news or have or shows) and (
            bool(self._cities) or bool(self._days) or any("about" in one for one in surely)
        )
        if not (asks or leads or self._asked or about):
            return self._without_chatter()
        frame = _FRAME if asks or leads or self._asked else _FRAME - _ASKING
        kept = [
            at
            for at, meanings in enumerate(surely)
            if at not in self._days and at not in self._cities and not meanings & frame
        ]
        while kept and surely[kept[0]] & _BETWEEN:
            kept = kept[1:]
        kept = [at for at in kept if not (surely[at] & _BETWEEN and not self._stands_before_word(at, kept))]
        left = [self._spoken[at] for at in kept]
        left = [word for word in left if fold(word) not in _chatter()] or left
        if not left and not self._cities and not self._days:
            return None
        city = next(iter(self._cities.values()), None)
        query = " ".join(filter(None, (" ".join(left), self._narrowing(city, days=True, today=bool(left)))))
        if not query or query == " ".join(self._spoken):
            return None
        return Question(query)

    def _without_chatter(self) -> Question | None:
        """What a message of many words is looked for by, without words that only fill it: «бензин опять подорожал что
        ли»; None if it has none.
        """
        if len(self._spoken) < _MANY:
            return None
        plain = list(map(fold, self._typed))
        said = [word for word, low in zip(self._typed, plain, strict=True) if low not in _chatter()]
        filled = any(word in _chatter() and not only_asks(word) for word in plain)  # those that ask weigh little anyway
        if not filled or all(only_asks(fold(word)) for word in said):
            return None
        return Question(" ".join(said))

    @property
    def narrows(self) -> bool:
        """Whether it names days or a town, and else nothing to look for."""
        named = self._days | self._cities.keys()
        others = (word for at, word in enumerate(self._spoken) if at not in named)
        return bool(named) and all(only_asks(fold(word)) or self._frames(word) for word in others)

    @property
    def names_only_days(self) -> bool:
        """Whether all its words name days."""
        return len(self._days) == len(self._spoken)

    def _frames(self, word: str) -> bool:
        return bool(self._book.spellings.surely(fold(word)) & (_FRAME | _BETWEEN))

    def instead_of(self, earlier: "_Message | None", town: str | None) -> str:
        """The words of an earlier message, and its `town` as an operator, with the days and the town of this one."""
        days = self._typed_days()
        left: list[str] = []
        if earlier is not None:
            named = earlier._days | (earlier._cities.keys() if self._cities else set())
            left = [word for at, word in enumerate(earlier._spoken) if at not in named]
            while left and self._book.spellings.surely(fold(left[-1])) & _BETWEEN:
                left.pop()
            left = [term(word, "ru") if russian.is_known(word) else word for word in left] if len(left) == 1 else left
            days = days or earlier._typed_days()
        city = next(iter(self._cities.values()), None)
        town = f'city:"{places.name(city, "ru")}"' if city else town
        return " ".join((*left, *((town,) if town else ()), *days))

    def _typed_days(self) -> list[str]:
        """The words that name its days: as they were typed, if a search understands them so."""
        typed, spoken = ([one[at] for at in sorted(self._days)] for one in (self._typed, self._spoken))
        return typed if find_period([fold(word) for word in typed], self._today) else spoken

    def _stands_before_word(self, at: int, kept: Sequence[int]) -> bool:
        return at + 1 in kept


def _meant(spoken: Sequence[str]) -> list[tuple[str, frozenset[str]]]:
    """The words and their meanings. Before a Kazakh verb and «туралы» «не» is Kazakh, and asks: «не деп жатыр»."""
    plain = list(map(fold, spoken))
    heard = [_book().spellings.meanings(word) for word in plain]
    for at, (word, after) in enumerate(pairwise(plain)):
        if word == "не" and (after in _KAZAKH_ABOUT or _is_kazakh_verb(after)):
            heard[at] = heard[at] - {"not"}
    return list(zip(spoken, heard, strict=True))


def _is_kazakh_verb(word: str) -> bool:
    return not russian.is_known(word) and kazakh.is_verb(word)


def _parted(heard: Sequence[tuple[str, frozenset[str]]]) -> tuple[list[str], list[frozenset[str]]]:
    """The words and their meanings; what is two words in one as two: «жіберме» is «жібер» and «не», «роботсың» is
    «робот» and «сен».
    """
    parted: list[tuple[str, frozenset[str]]] = []
    for at, (word, meanings) in enumerate(heard):
        without = _WITHOUT.fullmatch(word.lower()) if any(one[:6] == _TOPIC for one in meanings) else None
        parted.append((without[1] if without else word, meanings - {DENIED}))
        if without:  # «саясатсыз жаңалық»
            parted.append(("без", frozenset(("without",))))
        if DENIED in meanings and not _invites(word, heard[at + 1 : at + 2]):
            parted.append(("не", frozenset(("not",))))
        if meanings and "you" not in meanings and _ADDRESSED.search(fold(word)):
            parted.append(("сен", frozenset(("you",))))
    return [word for word, _ in parted], [meanings for _, meanings in parted]


def _invites(word: str, after: Sequence[tuple[str, frozenset[str]]]) -> bool:
    """Whether a denied verb asks politely: «айтпайсың ба», «көрсетпейсіз бе»."""
    return bool(after) and fold(after[0][0]) in _WHETHER and bool(_INVITED.search(fold(word)))


def _wished(rule: _Rule, object_: Sequence[str]) -> Intent | None:
    """A wish with a topic or words as its object; a single word in its dictionary form, a name as typed."""
    if rule.name == "unfollow":
        return Intent("subscriptions")
    said = " ".join(object_)
    if all(ordinal_of(fold(word)) is not None for word in object_):
        return None  # «вторую убери» where no list was shown
    if listed := _listed(object_):
        return Intent(rule.name.removesuffix("-topic"), words=said, topics=listed)
    language = "ru" if all(russian.is_known(fold(word)) for word in object_) else "kk"
    plain = term(said, language) if len(object_) == 1 and said == said.lower() else said
    slug = topics.find(said) or trouble(said)
    told = any(_CONDITION.search(fold(word)) for word in object_) or (len(object_) == 1 and is_verb(fold(said)))
    if slug and told:
        plain = topics.name(slug, language)  # «оповести, если тряхнёт», «су өшсе айт»: no words to follow by
    if "topic" in rule.needs and (slug is None or plain.casefold() not in _names(slug)):
        return None
    return Intent(rule.name.removesuffix("-topic"), topic=slug, words=plain)


def is_verb(word: str) -> bool:
    """Whether a folded word is a verb that tells what happens, in either language."""
    return russian.is_verb(word) if russian.is_known(word) else kazakh.is_verb(word)


def _listed(object_: Sequence[str]) -> tuple[str, ...]:
    """The topics that words list by their names: «спорт и экономика», «спорт пен экономиканы»; none if they do not."""
    plain = [fold(word) for word in object_]
    joints = [at for at, word in enumerate(plain) if word in _AND]
    parts = [plain[start + 1 : end] for start, end in pairwise([-1, *joints, len(plain)])]
    parts = [part for part in parts if part] if joints else [[word] for word in plain]
    if not 2 <= len(parts) <= _MOST_LISTED:
        return ()
    found = [_named(part) for part in parts]
    return tuple(dict.fromkeys(slug for slug in found if slug)) if all(found) else ()


def _named(part: Sequence[str]) -> str | None:
    """The topic that folded words name, the last one in any form: «ауа райын», «экономиканы», «ғылымды»."""
    slug = topics.find(" ".join(part))
    forms = {" ".join((*part[:-1], form)) for form in (part[-1], term(part[-1], "ru"), term(part[-1], "kk"))}
    names = {fold(name) for name in _names(slug)} if slug else set()
    return slug if forms & (names | {words(name)[0] for name in names}) else None


def _just(intent: Intent) -> Intent:
    return intent


def _names(slug: str) -> set[str]:
    return {named(slug, code).casefold() for named in (topics.name, topics.short_name) for code in ("ru", "kk")}


def _allowed(meanings: Collection[str], allowed: Collection[str], rule: _Rule) -> bool:
    """Whether a rule explains a word with these meanings."""
    return any(
        one in allowed or (one[:6] == PLACE and "place" in rule.takes) or (one == _DAY and "day" in rule.takes)
        for one in meanings
    )


@cache
def _alone() -> Spellings:
    """The intents that a lone word may be, by its spelling as it stands."""
    table = intents_table()["alone"]
    exact = {name: [one if "^" in one else f"{one}!" for one in text.split()] for name, text in table.items()}
    return Spellings(exact)


@cache
def _until_words() -> Spellings:
    return Spellings({name: text.split() for name, text in intents_table()["until"].items()})


@cache
def _book() -> _Book:
    table = intents_table()
    meanings: dict[str, list[str]] = {
        name: f"{ASKING.get(name, '')} {text}".split() for name, text in table["words"].items()
    }
    rules = [_rule(name, row) for name, row in table["intents"].items()]
    rules += [_rule("topic", row, slug) for slug, row in table["troubles"].items()]
    for slug in topics.TOPICS:
        says = []
        for name in sorted(_names(slug)):
            parts = [fold(word) for word in words(name) if len(word) > 1]
            for word in parts:
                meanings[_TOPIC + word] = _bending(word)
            says.append(frozenset(_TOPIC + word for word in parts))
        if slug in table["named"]:
            meanings[_NAMED + slug] = table["named"][slug].split()
            says.append(frozenset((_NAMED + slug, "news")))
        rules.append(
            _Rule("topic", tuple(says), frozenset(_NEWS_MAY.split()), frozenset(("place", "day")), NOTHING, slug)
        )
    wishes = [_rule(name, row) for name, row in table["wishes"].items()]
    known = {*meanings, *table["words"]}
    for rule in (*rules, *wishes):
        for meaning in {*rule.may, *(one for needs in rule.says for one in needs)}:
            if meaning not in known:
                raise ValueError(f"intents.toml: {rule.name}: no words for {meaning!r}")
    wrong = tuple(
        (row["topic"], frozenset(row["with"].split()), frozenset(row["is"].split())) for row in table["wrong"]
    )
    always = frozenset(table["always"].split())
    talk = frozenset(table["words"]) - frozenset(table["town"].split())
    rules = [replace(rule, may=rule.may | talk) if rule.topic is None and not rule.narrow else rule for rule in rules]
    return _Book(Spellings(meanings), tuple(rules), wrong, tuple(wishes), always, talk, _by_rarest(rules))


def _by_rarest(rules: Sequence[_Rule]) -> Mapping[str, Sequence[tuple[int, int, frozenset[str]]]]:
    """The lines of rules by the meaning that fewest lines have, so that a message looks only at those it may say."""
    common = Counter(meaning for rule in rules for needs in rule.says for meaning in needs)
    found: dict[str, list[tuple[int, int, frozenset[str]]]] = {}
    for at, rule in enumerate(rules):
        for place, needs in enumerate(rule.says):
            found.setdefault(min(needs, key=lambda one: (common[one], one)), []).append((at, place, needs))
    return found


def _rule(name: str, row: Mapping[str, object], topic: str | None = None) -> _Rule:
    says = row["says"]
    assert isinstance(says, list)
    return _Rule(
        name,
        tuple(frozenset(one.split()) for one in says),
        frozenset(str(row.get("may", "")).split()),
        frozenset(("place", "day") if topic else str(row.get("takes", "")).split()),
        frozenset(str(row.get("needs", "")).split()),
        topic,
        bool(row.get("narrow", False)),
    )


def _bending(word: str) -> list[str]:
    """Patterns for a word of a topic's name in any of its forms."""
    stems = {word, *(stem for code in ("ru", "kk") if len(stem := term(word, code)) > 3 and word.startswith(stem))}
    if len(word) > _LONG_NAME and word[-1] in "аяы":
        stems.add(word[:-1])  # «экономики», «политику»
    return [stem + "~" for stem in stems]
