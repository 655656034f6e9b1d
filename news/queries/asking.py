"""The words of a query that only ask: «кто стал акимом Алматы» wants articles on the mayor, «қашан су береді» on water.

No article needs to hold them; one that does gains a little.
"""

from collections.abc import Sequence
from typing import Final

from news.language import kazakh, russian

ASIDE: Final = 0.12
"""What a word that only asks counts for beside the others."""
DONE: Final = 0.4
"""What the verb of a question counts for: news tell what was done in words of their own."""


def _all(words: str) -> frozenset[str]:
    return frozenset(words.split())


_QUESTIONS = _all(
    "кто кого кому кем что чего чему чем как где куда откуда когда зачем почему отчего сколько какой какая какое "
    "какие какого какую каком каких каким какими который которая которое которые чей чья чьё чьи кім кімнің кімге "
    "кімді кімде кімнен кімдер қашан кашан қайда кайда қайдан кайдан қай қандай кандай қанша канша неше неге "
    "неліктен неликтен қалай калай не нені қайсы кайсы"
)
_WITH_THEM = _all(
    "ли же разве есть нет бывает будет будут был была было были стал стала стало стали становится стоит стоят "
    "можно нельзя нужно надо должен должны делать сделать происходит произошло случилось случится идёт идет "
    "значит такое такой дать дают дадут ждать ма ме ба бе па пе бар жоқ жок болды болады болған болмайды болатын "
    "тұрады турады керек мүмкін мумкин екен деген дейді қылу істеу жатыр екенін"
)
_LITTLE = _all(
    "ул пр просп г мкр в во на по со к ко об обо из от для за у до при без под над про или и а но не ни то это этот "
    "бы уже еще мен бен пен үшін ушин туралы және да де та те"
)
_SHORT = 4  # letters: longer ones are whole
_WHICH = _all("қай қандай кандай какой какая какое какие каком какую какого каких")
"""Words that ask of the next one: «қай жерде», «в каком городе»."""


_HERE = _all(
    "казахстан казахстана казахстане казахстану рк қазақстан қазақстанда қазақстанның казакстан казакстанда қр"
)
"""Where nearly all that is asked for happens, said or not."""


def weights(words: Sequence[str], *, begun: bool = False) -> tuple[float, ...]:
    """What each folded word of a query counts for, 1 at most: 1 for all where nothing else is asked for.

    `begun`: the last may be the beginning of a word, which a little one mostly is.
    """
    asks = [word in _QUESTIONS for word in words]
    aside = [ask or word in _WITH_THEM or word in _LITTLE for ask, word in zip(asks, words, strict=True)]
    if begun and aside[-1:] == [True] and not any(asks[:-1]) and len(words[-1]) <= _SHORT:
        aside[-1] = asks[-1] = False
    if all(aside):
        return (1.0,) * len(words)
    if any(asks):
        which = [place + 1 for place, word in enumerate(words[:-1]) if word in _WHICH and word.endswith(("қай", "й"))]
        wider = [one or place in which for place, one in enumerate(aside)]
        aside = aside if all(wider) else wider
        done = [not one and (word in _HERE or _is_verb(word)) for one, word in zip(aside, words, strict=True)]
        if not all(one or verb for one, verb in zip(aside, done, strict=True)):
            return tuple(ASIDE if one else DONE if verb else 1.0 for one, verb in zip(aside, done, strict=True))
    return tuple(ASIDE if one else 1.0 for one in aside)


def _is_verb(word: str) -> bool:
    """Whether a folded word is a form of a verb that is told as done, in either language."""
    return russian.is_verb(word) if russian.is_known(word) else kazakh.is_verb(word)
