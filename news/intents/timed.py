"""An hour said together with what is to come then: «включи рассылку утром в 8 по Алматы»."""

from news.intents.clauses import clauses
from news.intents.hours import hours_among, is_of_hours
from news.intents.towns import town_of
from news.intents.understanding import Intent, meanings_of, topic_of
from news.language.analyse import fold, words

_MOST_WORDS = 24
_SENDING = frozenset(("send", "digest", "inform", "resume", "follow", "notices", "connect", "subscribing", "arrive"))
_KEPT = frozenset(("change", "news", "wish", "daily"))
"""Two of these beside an hour ask for something too: «жаңалықтарды сағат 18-ге қойып берсеңіз»."""
_MOST_KEPT = 2
_WORD = frozenset(("слово", "слову", "словом", "словам"))
_DENYING = frozenset(("not", "stop", "off", "bother", "why", "sent"))


def timed(text: str, *, asked: bool = False) -> Intent | None:
    """The hours that a message wants news at, with the town, the topic or the word it names; None if it wants none.

    `asked`: hours were spoken of just before, so that to name them is enough.
    """
    spoken = words(text)
    if not 0 < len(spoken) <= _MOST_WORDS:
        return None
    told = frozenset().union(*(meanings_of(word) for word in spoken if not is_of_hours(fold(word))))
    sends = bool(told & _SENDING) or len(told & _KEPT) >= _MOST_KEPT
    if not (sends or asked) or told & _DENYING:
        return None
    guessing = "only" not in told  # «уведомления только днём» are no daily digest
    found = hours_among(text, asked=asked, guessing=guessing)
    if found is None and asked:  # «сегіз ерте екен, тоғыз болсын»
        found = next((one for part in clauses(text) if (one := hours_among(part, asked=True))), None)
    if found is None:
        return None
    word = next((spoken[at + 1] for at, word in enumerate(spoken[:-1]) if fold(word) in _WORD), None)
    return Intent("time", hours=found, city=town_of(spoken), topic=topic_of(spoken), words=word)
