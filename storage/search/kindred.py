"""What else the articles may call what a query asks for: another name, a synonym, the other language's word.

All of it is what the bilingual lexicon says (news.language.lexicon), and names and loan words that begin alike.
"""

import heapq
from collections.abc import Iterator, Sequence

from news.language import lexicon
from news.language.analyse import term
from news.language.detect import detect
from news.language.skeleton import skeleton
from news.models import LANGUAGES, Language
from news.queries.query import ASIDE
from news.queries.ranking import KIN, WantedWords
from storage.search.vocabulary import Vocabulary

SAME = 0.9  # another name of the very thing
TRANSLATED = 0.8  # the other language's word, in its own article
_KIN_WORDS = 8  # of one beginning in the lexicon
_KIN_TERMS = 14  # of one word
_MOST_PATTERNS = 6  # of a line in the lexicon and language
FIELD = 0.45  # what is said instead of several words
_MOST_PHRASES = 6  # that may stand for one word


def also_named(vocabulary: Vocabulary, wanted: Sequence[WantedWords]) -> None:
    """Let the other names of one thing stand for a name: «ЕНПФ» finds «БЖЗҚ», «ютуб» finds YouTube."""
    for place, end, phrases in _named(wanted):
        for want in wanted[place:end]:
            for phrase, language in phrases:
                _also(vocabulary, want, phrase, language, SAME)
            want.articles = max(want.articles, vocabulary.articles_with(want.terms))


def _named(wanted: Sequence[WantedWords]) -> Iterator[tuple[int, int, list[tuple[str, Language]]]]:
    words = [want.word for want in wanted]
    met = {
        (found.start, found.end, found.value.id): found.value
        for language in LANGUAGES
        for found in lexicon.load().find_names(words, language)
    }
    for (start, end, _), concept in met.items():
        yield start, end, [(phrase, "ru") for phrase in concept.ru] + [(phrase, "kk") for phrase in concept.kk]


def _also(vocabulary: Vocabulary, want: WantedWords, phrase: str, language: Language, worth: float) -> None:
    """Let a phrase of the lexicon stand for a word."""
    pattern, *others = phrase.split()
    if not others:
        for word, known in _words_of(vocabulary, pattern, language):
            want.also_term(known, worth)
            if worth >= SAME:
                want.surfaces.setdefault(word, worth)
    elif len(want.phrases) < _MOST_PHRASES:
        each = [_words_of(vocabulary, one, language)[:1] for one in (pattern, *others)]
        if all(each):  # the commonest of each
            want.also_phrase(tuple(found[0][1] for found in each), worth)


def told_otherwise(vocabulary: Vocabulary, wanted: Sequence[WantedWords]) -> tuple[WantedWords, ...]:
    """The words, those that no article needs to hold with their synonyms: a title that says «вырастут» gains where
    «поднимут» was asked."""
    if all(want.weight in (1, ASIDE) for want in wanted):
        return tuple(wanted)
    wider = synonyms_of(vocabulary, wanted) or wanted
    return tuple(other if ASIDE < want.weight < 1 else want for want, other in zip(wanted, wider, strict=True))


def synonyms_of(vocabulary: Vocabulary, wanted: Sequence[WantedWords]) -> tuple[WantedWords, ...] | None:
    """The words with all that the lexicon calls the same, in either language; None where it knows none of them."""
    wider = [want.copy() for want in wanted]
    words = [want.word for want in wanted]
    known = False
    for own in LANGUAGES:
        for found in lexicon.load().find_alike(words, own):
            known = True
            worth = KIN if found.end == found.start + 1 else FIELD
            for want in wider[found.start : found.end]:
                for language in LANGUAGES:
                    for phrase in getattr(found.value, language)[:_MOST_PATTERNS]:
                        _also(vocabulary, want, phrase, language, worth)
    if not known:
        return None
    vocabulary.count({one for want in wider for one in want.terms})
    for want in wider:
        want.articles = max(want.articles, vocabulary.articles_with(want.terms))
    return tuple(wider)


def other_language(wanted: Sequence[WantedWords]) -> Language:
    """The language that the words of a query are not in."""
    read = (max(want.surfaces, key=want.surfaces.__getitem__, default=want.word) for want in wanted)
    return "ru" if detect(" ".join(read)) == "kk" else "kk"


def kin_of(vocabulary: Vocabulary, wanted: Sequence[WantedWords], language: Language) -> tuple[WantedWords, ...]:
    """The same words as the other language may say them.

    Names and loan words as they are, or beginning alike; what the bilingual lexicon knows, by its translation.
    """
    kin = [WantedWords(want.word, {}, {}, None, 0) for want in wanted]
    for place, want in enumerate(wanted):
        if want.beginning is None or want.seen:
            for alike in vocabulary.terms_alike(want.terms):
                kin[place].also_term(alike, 1.0 if alike in want.terms else KIN)
    for own in LANGUAGES:
        for found in lexicon.load().find_alike([want.word for want in wanted], own):
            for pattern in {word for phrase in getattr(found.value, language) for word in phrase.split()}:
                for _, known in _words_of(vocabulary, pattern, language):
                    for place in range(found.start, found.end):
                        kin[place].also_term(known, KIN if found.value.akin else TRANSLATED)
    for want in kin:
        want.terms = dict(heapq.nlargest(_KIN_TERMS, want.terms.items(), key=lambda pair: pair[1]))
        want.articles = vocabulary.articles_with(want.terms)
    return tuple(kin)


def _words_of(vocabulary: Vocabulary, pattern: str, language: Language) -> list[tuple[str, str]]:
    """The words and their terms that a lexicon's pattern (news.language.phrases) stands for."""
    if pattern.endswith("*"):
        begun = vocabulary.long_known(skeleton(pattern[:-1]), pattern[:-1], _KIN_WORDS)
        return [(found.word, found.term) for found in begun if found.word.startswith(pattern[:-1])]
    word = pattern.removeprefix("=")
    return [(word, term(word, language))]
