"""What a message says of what its chat was shown: «2», «открой третью», «екіншісін аш», «вон ту, где про автобусы».

The words are in `news/data/intents.toml`: deeds, numbers, what may stand beside them.
"""

import re
from dataclasses import dataclass
from functools import cache

from news.intents.beyond import matched
from news.intents.hours import intents_table
from news.intents.spelling import Spellings
from news.intents.understanding import LONGEST_POINTING, MOOD, ordinal_of, surely_of
from news.language import russian
from news.language.analyse import fold, words

_NUMBERED = frozenset(("remove",))
"""Deeds of which the number must be said: «удали» alone is another wish."""
_POINTED = frozenset(("source", "true"))
"""Deeds of which the number must be said, or «this»: «кто», «правда» alone are words to look for."""
LAST = -1
"""The number of the last one."""
_OF_MANY = frozenset(("save",))
_MOST_NUMBERS = 4
_NUMBERED_SO = re.compile("([0-9]{1,2})(?:[-‐‑]?(?:ю|й|я|ую|ая|[тдн][іиы]|ш[іиы]|[іиы]?н?ш[іиы]?(?:с[іиы]н?)?))")
"""«4ті», «2-ю»."""
_WANTED = frozenset(("save", "delete", "hide", "remove", "not", "inform", "follow", "track"))
_LATER = frozenset(("потом", "позже", "вечером", "завтра", "кейін", "кешке", "соңынан", "ертең"))
_ABOUT_IT = frozenset(("про", "о", "об", "туралы", "туралысын", "туралысы", "жайлы", "жайлысын"))
_POINTING = frozenset(("вон", "ту", "тот", "та", "эту", "отсюда", "анау", "ана", "анаған", "мына"))
_ASIDE = _ABOUT_IT | _POINTING | {"где", "что", "которая", "которую", "была", "было", "там", "новость", "статью"}
_DEED_OF = {"open": "open", "read": "read", "save": "save", "delete": "remove", "hide": "remove"}
_MOST_NAMED = 3
_NAMING = frozenset(("show", "about", "news", "polite", "find", "what", "kin", "headline", "rather"))
"""What may stand beside a number that names something in a list."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """What is to be done with something that was shown: a name of `deeds` in intents.toml or «open», and the number in
    its list, None for the only one.
    """

    deed: str
    number: int | None
    others: tuple[int, ...] = ()
    """More numbers, of which the same is wanted."""


def pointed_at(text: str) -> Pointed | None:
    """What a message wants done with what was shown: «2», «открой третью», «екіншісін аш», «сохрани это», «дальше».

    None if it has other words: «вторая очередь метро», «сохрани природу».
    """
    spoken = [fold(word) for word in words(text)]
    if not 0 < len(spoken) <= LONGEST_POINTING:
        return None
    spoken = [ended[1] if (ended := _NUMBERED_SO.fullmatch(word)) else word for word in spoken]
    numbers = [number for word in spoken if (number := ordinal_of(word)) is not None]
    others = [word for word in spoken if ordinal_of(word) is None]
    if len(numbers) > _MOST_NUMBERS:
        return None
    number = numbers[0] if numbers else None
    told = [_shown_words().meanings(word) for word in others]
    beside, deeds = _deeds()
    for deed, needs in deeds if any(told) else ():
        if all(
            one & (needs | beside) or _says_nothing(word, one) for word, one in zip(others, told, strict=True)
        ) and matched([[at for at, one in enumerate(told) if need in one] for need in needs]):
            if number is None and (deed in _NUMBERED or (deed in _POINTED and not any("such" in one for one in told))):
                continue
            if len(numbers) > 1 and deed not in _OF_MANY:
                return None
            return Pointed(deed, number, tuple(numbers[1:]))
    if len(numbers) > 1:
        return None
    asks = (one & beside or surely_of(word) & _NAMING for word, one in zip(others, told, strict=True))
    return Pointed("open", number) if number is not None and all(asks) else None


def _says_nothing(word: str, meanings: frozenset[str]) -> bool:
    """Whether a word beside a deed names nothing: «потом дочитаю», «кейін оқимын» after «сохрани»."""
    if meanings & _WANTED:
        return False
    return bool(MOOD.search(word)) or (not meanings and (word in _LATER or russian.is_talk(word)))


def named_in_list(text: str) -> tuple[Pointed, str] | None:
    """What is wanted done with an article of a list, and what the article is about: «вон ту, где про автобусы», «удали
    отсюда про ипотеку», «көпір туралысын аш». None if the words do not say that.
    """
    spoken = words(text)
    if not 1 < len(spoken) <= LONGEST_POINTING + 1:
        return None
    plain = [fold(word) for word in spoken]
    told = [_shown_words().meanings(word) for word in plain]
    about = [at for at, word in enumerate(plain) if word in _ABOUT_IT]
    points = any(word in _POINTING for word in plain)
    deed = next((_DEED_OF[one] for meanings in told for one in sorted(meanings) if one in _DEED_OF), None)
    if len(about) != 1 or not (points or deed):
        return None
    aside = {"want", "not", "already", "more", "from", "which", "beside", "such", "give", *_DEED_OF}
    named = [word for word, low, one in zip(spoken, plain, told, strict=True) if not (one & aside or low in _ASIDE)]
    if not 0 < len(named) <= _MOST_NAMED:
        return None
    return Pointed(deed or "open", None), " ".join(named)


@cache
def _deeds() -> tuple[frozenset[str], list[tuple[str, frozenset[str]]]]:
    """The words that may stand beside any deed, and each line of words that say one."""
    table = intents_table()
    lines = [(deed, frozenset(line.split())) for deed, said in table["deeds"].items() for line in said]
    return frozenset(table["beside_shown"].split()), lines


@cache
def _shown_words() -> Spellings:
    return Spellings({name: text.split() for name, text in intents_table()["shown"].items()})
