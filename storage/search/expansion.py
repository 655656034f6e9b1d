"""What the words of a query may stand for among the words the articles hold: forms, spellings, slips, layouts, kin."""

import heapq
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain

from news.language import latin, layouts, lexicon
from news.language.analyse import fold, term, words
from news.language.detect import detect
from news.language.skeleton import skeleton
from news.models import LANGUAGES, Language
from news.queries.query import MOST_WORDS, Query
from news.queries.ranking import BEGUN, BEGUN_FORM, EXACT, FORM, KIN, RESPELLED, SLIP, UNSEEN_FORM, WantedWords
from news.subject import places
from storage.search.vocabulary import Vocabulary, VocabularyWord

_COMPLETIONS = 24
_LATIN_READINGS = 3  # of a word, when slips are looked for as well
_KIN_WORDS = 8  # of one beginning in the lexicon
_KIN_TERMS = 14  # of one word
_RENAMED = 0.8  # a town's name of today, where a former one was typed
_LATIN_SURE = 0.9  # Latin words typed with the Cyrillic layout on are rare: all must be known
# What is left of «1-інші» without its hyphen is part of the number and no word (news.language.normalise).
_ENDINGS = frozenset(["інші", "ыншы", "нші", "ншы", "ші", "шы", "инши", "иншы", "нши", "ши"])
# A word that so many articles hold is hardly a slip of another.
_SURE = 20
_SURE_SHARE = 1 / 2000


@dataclass(frozen=True, slots=True)
class QueryExpansion:
    """The words of a query as they stand or as other keys. `kind`: 'plain', 'layout' or 'latin'."""

    kind: str
    wanted: tuple[WantedWords, ...]


def best_reading(vocabulary: Vocabulary, query: Query) -> QueryExpansion:
    """The reading whose words the articles know best; as typed where nothing is better."""
    best, best_known = QueryExpansion("plain", ()), -1.0
    for kind, typed in _readings(query):
        read = tuple(word for word in typed if word not in _ENDINGS) or typed
        last = len(read) - 1 if read[-1:] == typed[-1:] and not query.complete else None
        wanted = wanted_of(vocabulary, read, last)
        _rename(vocabulary, wanted)
        known = _known(wanted)
        if known > best_known + 0.05 and (kind != "keys" or known > _LATIN_SURE):
            best, best_known = QueryExpansion("layout" if kind == "keys" else kind, wanted), known
        if known > 0.97:
            break
    if best.kind == "plain" and best.wanted and all(latin.is_latin(want.word) for want in best.wanted):
        known_as_typed = [want.surfaces.get(want.word, 0.0) >= EXACT for want in best.wanted]
        return QueryExpansion("plain" if any(known_as_typed) else "latin", best.wanted)
    return best


def _rename(vocabulary: Vocabulary, wanted: Sequence[WantedWords]) -> None:
    """Let a town's names of today stand for a former one: «Целиноград» finds what is written of Astana."""
    for start, end, today in places.renamed([want.word for want in wanted]):
        for want in wanted[start:end]:
            for name in today:
                for language in LANGUAGES:
                    want.also(name, term(name, language), _RENAMED)
            want.articles = vocabulary.articles_with(want.terms)


def without_slipped_signs(vocabulary: Vocabulary, query: Query) -> Query:
    """The query with `-word` read as a word where only «ө…» is one: on the Kazakh layout - is ө."""
    slipped = {
        word
        for word in query.excluded
        if not vocabulary.spelled([skeleton(word)]) and vocabulary.spelled([skeleton("ө" + word)])
    }
    if not slipped:
        return query
    read = tuple("ө" + word for word in query.excluded if word in slipped)
    kept = tuple(word for word in query.excluded if word not in slipped)
    return replace(query, words=(query.words + read)[:MOST_WORDS], excluded=kept)


def corrected(kind: str, wanted: Sequence[WantedWords]) -> str | None:
    """The words as they were understood; None where that is how they were typed."""
    read: list[str] = []
    for want in wanted:
        as_typed = want.word in want.surfaces or (want.beginning and any(map(_begins(want.word), want.surfaces)))
        best = max(want.surfaces, key=want.surfaces.__getitem__, default=want.word)
        if as_typed or read[-1:] != [best]:  # «Алма-Ата» is one town
            read.append(want.word if as_typed else best)
    return " ".join(read) if kind != "plain" or read != [want.word for want in wanted] else None


def _begins(start: str) -> Callable[[str], bool]:
    return lambda word: word.startswith(start)


def nearest_topic(words: Sequence[str]) -> str | None:
    """The topic that the lexicon's concepts among the words speak for most."""
    weights: dict[str, float] = {}
    for language in LANGUAGES:
        for found in lexicon.load().find_topical(words, language):
            for slug, weight in found.value.topics:
                weights[slug] = weights.get(slug, 0.0) + weight
    return max(weights, key=weights.__getitem__, default=None)


def _readings(query: Query) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "plain", query.words
    chunks = query.typed.split()
    if any(latin.is_latin(chunk.lower()) for chunk in chunks):
        yield "layout", _words(layouts.cyrillic(one) if latin.is_latin(one.lower()) else one for one in chunks)
        return
    if any(letter in layouts.DIGIT_KEYS for letter in query.typed):
        yield "layout", _words(map(layouts.kazakh_digits, chunks))
    yield "keys", _words(map(layouts.latin, chunks))


def _words(chunks: Iterator[str]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words(" ".join(chunks)))[:MOST_WORDS]


def _known(wanted: Sequence[WantedWords]) -> float:
    """How much of what was typed the articles know, 0 to 1."""
    letters = sum(len(want.word) for want in wanted)
    return (
        sum(len(want.word) * max(want.surfaces.values(), default=0.0) for want in wanted) / letters if letters else 0.0
    )


@lru_cache(256)
def _keys(word: str) -> tuple[str, ...]:
    """The skeletons a folded word may have."""
    return (skeleton(word), *latin.skeletons(word)) if latin.is_latin(word) else (skeleton(word),)


def wanted_of(vocabulary: Vocabulary, words: Sequence[str], last: int | None) -> tuple[WantedWords, ...]:
    """What may stand for folded words; the one at `last` may be the beginning of a word."""
    vocabulary.look_up(key for word in words for key in _keys(word))
    spelled = [vocabulary.spelled(_keys(word)) for word in words]
    begun = [_begun(vocabulary, word) if at == last else None for at, word in enumerate(words)]
    own = [_own_terms(*one) for one in zip(words, spelled, begun, strict=True)]
    vocabulary.count({*chain(*own), *(word.term for word in chain(*spelled))})
    wanted = tuple(map(partial(_wanted, vocabulary), words, spelled, own))
    for want, found, terms in zip(wanted, begun, own, strict=True):
        if found is not None:
            _complete(want, found, terms)
    return wanted


def _own_terms(word: str, spelled: Sequence[VocabularyWord], begun: Sequence[VocabularyWord] | None) -> set[str]:
    """The terms of a word itself, which no Latin one has, nor one that nobody wrote and that others begin with."""
    if latin.is_latin(word) or (not spelled and any(one.word.startswith(word) for one in begun or ())):
        return set()
    # Analysing a word takes as long as looking all the others up; a well-known one is analysed where it stands.
    known_well = {found.term for found in spelled if found.word == word and found.articles >= _SURE}
    return known_well or {term(word, language) for language in LANGUAGES}


def _wanted(vocabulary: Vocabulary, word: str, spelled: Sequence[VocabularyWord], own: set[str]) -> WantedWords:
    want, keys = WantedWords(word), _keys(word)
    for found in spelled:
        respelled = RESPELLED - 0.01 * keys.index(found.skeleton)
        want.also(found.word, found.term, EXACT if found.word == word else respelled)
        want.seen = max(want.seen, found.articles)
    form = FORM if want.seen else UNSEEN_FORM
    for known in vocabulary.terms_like(own):
        want.also_term(known, form if known in own else form * RESPELLED)
    want.articles = vocabulary.articles_with(want.terms)
    return want


def _begun(vocabulary: Vocabulary, word: str) -> list[VocabularyWord]:
    """The commonest words that this may be the beginning of."""
    starts = latin.skeletons(word, prefix=True) if latin.is_latin(word) else _keys(word)
    return [found for start in starts if start for found in vocabulary.beginning(start, word, _COMPLETIONS)]


def _complete(want: WantedWords, begun: Sequence[VocabularyWord], own: Collection[str]) -> None:
    want.beginning = want.word
    for found in begun:
        # «метров» begins with «метро», its term does not: a shorter word's form, and no word that was begun.
        shorter = found.term not in own and not skeleton(found.term).startswith(skeleton(want.word))
        if shorter and want.seen and not latin.is_latin(want.word):
            continue
        worth = BEGUN if found.word.startswith(want.word) else BEGUN * RESPELLED
        want.surfaces[found.word] = max(worth, want.surfaces.get(found.word, 0.0))
        want.also_term(found.term, BEGUN_FORM)
    want.articles = max(want.articles, sum(found.articles for found in begun))


def with_slips(vocabulary: Vocabulary, want: WantedWords, total: int) -> WantedWords:
    """The same word, and the words one slip away from it unless it is too well known to be a slip."""
    if want.seen > _SURE + total * _SURE_SHARE:
        return want
    wider = want.copy()
    if latin.is_latin(want.word):
        near = [found for key in latin.skeletons(want.word)[:_LATIN_READINGS] for found in vocabulary.slips(key, key)]
    else:
        near = vocabulary.slips(skeleton(want.word), want.word)
    for found in near:
        wider.also(found.word, found.term, SLIP)
    if not want.articles:
        wider.articles = vocabulary.articles_with(wider.terms)
    return wider


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
        for found in lexicon.load().find([want.word for want in wanted], own):
            for pattern in {word for phrase in getattr(found.value, language) for word in phrase.split()}:
                for known in _terms_of(vocabulary, pattern, language):
                    for place in range(found.start, found.end):
                        kin[place].also_term(known, 0.8)
    for want in kin:
        want.terms = dict(heapq.nlargest(_KIN_TERMS, want.terms.items(), key=lambda pair: pair[1]))
        want.articles = vocabulary.articles_with(want.terms)
    return tuple(kin)


def _terms_of(vocabulary: Vocabulary, pattern: str, language: str) -> set[str]:
    """The terms that a lexicon's pattern (news.language.phrases) stands for."""
    if pattern.endswith("*"):
        begun = vocabulary.beginning(skeleton(pattern[:-1]), pattern[:-1], _KIN_WORDS)
        return {found.term for found in begun if found.word.startswith(pattern[:-1])}
    return {term(pattern.removeprefix("="), language)}
