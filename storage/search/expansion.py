"""Expands a query's words to words that articles have: forms, spellings, slips, layouts, synonyms, translations."""

import heapq
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain, pairwise

from news.language import kazakh, latin, lexicon, russian
from news.language.analyse import fold, term, words
from news.language.detect import detect
from news.language.frequency import is_known
from news.language.lexicon import Concept, Lexicon
from news.language.phrases import PhraseMatch, is_kazakh_ending
from news.language.skeleton import begins, plain, respells, skeleton
from news.models import LANGUAGES, Language
from news.queries.query import ASIDE, MOST_WORDS, Query, word_weights
from news.queries.ranking import (
    BEGUN,
    BEGUN_FORM,
    EXACT,
    FORM,
    KIN,
    RESPELLED,
    SLIP,
    UNSEEN_FORM,
    WantedWords,
    readings,
)
from news.subject import places
from storage.search.vocabulary import Vocabulary, VocabularyWord

# Other words for what a query asks for: another name, a synonym, the other language's word.
#
# They come from the bilingual lexicon (news.language.lexicon), and from names and loan words that begin alike.

OTHER_VOICE = 0.95  # «ашылды» for «ашады»
SAME = 0.9  # another name of the same thing
TRANSLATED = 0.8  # the other language's word, in its own article
_KIN_WORDS = 8  # words for one beginning in the lexicon
_KIN_TERMS = 14  # terms for one word
_SHORT_START, _MORE_BEGUN = 6, 4  # letters of a pattern with *; so many times more words are looked through
_MOST_PATTERNS = 6  # patterns of a line of the lexicon in a language
FIELD = 0.45  # a phrase that replaces several words
_MOST_PHRASES = 6  # phrases that may replace one word


def also_named(vocabulary: Vocabulary, wanted: Sequence[WantedWords]) -> None:
    """Let other names of the same thing match a name: «ЕНПФ» finds «БЖЗҚ», «ютуб» finds YouTube."""
    for place, end, phrases in _named(wanted):
        for want in wanted[place:end]:
            for phrase, language in phrases:
                _also(vocabulary, want, phrase, language, SAME)
            want.articles = max(want.articles, vocabulary.articles_with(want.terms))


@lru_cache(256)
def _concepts(known: Lexicon, words: tuple[str, ...], language: Language) -> tuple[PhraseMatch[Concept], ...]:
    """The concepts in a query's words, which are asked for twice."""
    return tuple(known.find_all(words, language))


def _named(wanted: Sequence[WantedWords]) -> Iterator[tuple[int, int, list[tuple[str, Language]]]]:
    words = [want.word for want in wanted]
    met = {
        (found.start, found.end, found.value.id): found.value
        for language in LANGUAGES
        for found in _concepts(lexicon.load(), tuple(words), language)
        if found.value.one_thing
    }
    for (start, end, _), concept in met.items():
        yield start, end, [(phrase, "ru") for phrase in concept.ru] + [(phrase, "kk") for phrase in concept.kk]


def _also(vocabulary: Vocabulary, want: WantedWords, phrase: str, language: Language, worth: float) -> bool:
    """Let a phrase of the lexicon match a word; whether it did not do so before."""
    before = len(want.terms) + len(want.phrases)
    pattern, *others = phrase.split()
    if not others:
        for word, known in _words_of(vocabulary, pattern, language):
            want.also_term(known, worth)
            if worth >= SAME:
                want.surfaces.setdefault(word, worth)
    elif len(want.phrases) < _MOST_PHRASES:
        each = [_words_of(vocabulary, one, language)[:1] for one in (pattern, *others)]
        if all(each):  # the most frequent term of each
            want.also_phrase(tuple(found[0][1] for found in each), worth)
    return len(want.terms) + len(want.phrases) > before


def told_otherwise(vocabulary: Vocabulary, wanted: Sequence[WantedWords]) -> tuple[WantedWords, ...]:
    """The words, with synonyms for those that no article need have: for «поднимут» a title with «вырастут» gains."""
    if all(want.weight in (1, ASIDE) for want in wanted):
        return tuple(wanted)
    wider = synonyms_of(vocabulary, wanted) or wanted
    return tuple(other if ASIDE < want.weight < 1 else want for want, other in zip(wanted, wider, strict=True))


def synonyms_of(vocabulary: Vocabulary, wanted: Sequence[WantedWords]) -> tuple[WantedWords, ...] | None:
    """The words with all their synonyms of the lexicon, in either language; None if it knows none of them."""
    wider = [want.copy() for want in wanted]
    words = [want.word for want in wanted]
    known = False
    for own in LANGUAGES:
        for found in _meant(words, own):
            known = True
            worth = KIN if found.end == found.start + 1 else FIELD
            for want in wider[found.start : found.end]:
                for language in LANGUAGES:
                    new = 0
                    for phrase in getattr(found.value, language):
                        new += _also(vocabulary, want, phrase, language, worth)
                        if new == _MOST_PATTERNS:
                            break
    if not known:
        return None
    vocabulary.count({one for want in wider for one in want.terms})
    for want in wider:
        want.articles = max(want.articles, vocabulary.articles_with(want.terms))
    return tuple(wider)


def _meant(words: Sequence[str], own: Language) -> Iterator[PhraseMatch[Concept]]:
    """What in the words a search may replace, read in one language, by the longest pattern («жолақы», not «жол»).

    Beside Kazakh letters «сел» is no Russian word.
    """
    found = _longest(words, [one for one in _concepts(lexicon.load(), tuple(words), own) if not one.value.loose], own)
    if own == "kk":  # «Нысанбаев» is no form of «нысан»
        return iter([one for one in found if one.end > one.start + 1 or _is_form(words[one.start], one.value.kk)])
    if own == "ru" and found and any(map(kazakh.has_letters, words)):
        taken = {at for other in lexicon.load().find_alike(words, "kk") for at in range(other.start, other.end)}
        return (one for one in found if not taken.intersection(range(one.start, one.end)))
    return iter(found)


def _is_form(word: str, patterns: Sequence[str]) -> bool:
    """Whether a Kazakh word is one of these with an ending."""
    whole = any(pattern[-1] != "*" for pattern in patterns if pattern.strip("=")[:_SHORT] == word[:_SHORT])
    starts = (pattern[:-1] for pattern in patterns if pattern[-1] == "*" and word.startswith(pattern[:-1]))
    return whole or any(is_kazakh_ending(word[len(start) :]) for start in starts)


def _longest(words: Sequence[str], found: list[PhraseMatch[Concept]], own: Language) -> list[PhraseMatch[Concept]]:
    if len(found) < 2:
        return found
    sizes = [_matched(words[one.start], getattr(one.value, own)) if one.end == one.start + 1 else 0 for one in found]
    best: dict[int, int] = {}
    for one, size in zip(found, sizes, strict=True):
        best[one.start] = max(size, best.get(one.start, 0))
    return [one for one, size in zip(found, sizes, strict=True) if not size or size == best[one.start]]


def _matched(word: str, patterns: Sequence[str]) -> int:
    """How many letters of a word its longest pattern names."""
    bare = (pattern.strip("=*") for pattern in patterns if " " not in pattern)
    return max((len(one) for one in bare if word.startswith(one)), default=1)


def other_language(wanted: Sequence[WantedWords]) -> Language:
    """The language that the words of a query are not in."""
    read = (max(want.surfaces, key=want.surfaces.__getitem__, default=want.word) for want in wanted)
    return "ru" if detect(" ".join(read)) == "kk" else "kk"


def kin_of(vocabulary: Vocabulary, wanted: Sequence[WantedWords], language: Language) -> tuple[WantedWords, ...]:
    """The words as the other language may say them.

    Names and loan words match as they are or by a common beginning, words of the lexicon by their translation.
    """
    kin = [WantedWords(want.word, {}, {}, None, 0) for want in wanted]
    for place, want in enumerate(wanted):
        if want.beginning is None or want.seen:
            for alike in vocabulary.terms_alike(want.terms):
                kin[place].also_term(alike, 1.0 if alike in want.terms else KIN)
    for own in LANGUAGES:
        for found in lexicon.load().find_alike([want.word for want in wanted], own):
            for pattern in dict.fromkeys(word for phrase in getattr(found.value, language) for word in phrase.split()):
                for _, known in _words_of(vocabulary, pattern, language):
                    for place in range(found.start, found.end):
                        kin[place].also_term(known, KIN if found.value.akin else TRANSLATED)
    for want in kin:
        want.terms = dict(heapq.nlargest(_KIN_TERMS, want.terms.items(), key=lambda pair: pair[1]))
        want.articles = vocabulary.articles_with(want.terms)
    return tuple(kin)


def _words_of(vocabulary: Vocabulary, pattern: str, language: Language) -> list[tuple[str, str]]:
    """The articles' words, with their terms, that match a pattern of the lexicon (news.language.phrases).

    A short Kazakh beginning must be followed by an ending: «қаза*» is «қазасы», not «Қазақстан»."""
    if pattern.endswith("*"):
        # A typed word is never a language, so these keys are no others'.
        known = vocabulary.long_known((language, pattern), partial(_begun_by, vocabulary, pattern, language))
        return [(found.word, found.term) for found in known]
    word = pattern.removeprefix("=")
    return [(word, term(word, language))]


def _begun_by(vocabulary: Vocabulary, pattern: str, language: Language) -> list[VocabularyWord]:
    start, short = pattern[:-1], language == "kk" and len(pattern) <= _SHORT_START
    begun = vocabulary.beginning(skeleton(start), start, _KIN_WORDS * (_MORE_BEGUN if short else 1))
    found = [one for one in begun if one.word.startswith(start)]
    if not short:
        return found
    return [one for one in found if len(one.term) >= len(start) and is_kazakh_ending(one.word[len(start) :])][
        :_KIN_WORDS
    ]


_COMPLETIONS = 24
_SHORT = 3  # letters: so short a word, alone, is meant as it is and not as a beginning
_HARDLY_BEGUN = 10  # if all longer words have fewer than this many times its articles, a word is meant as it is
_JOINED = 0.9  # two words written as one, or one as two
_MISTAKEN = 4  # letters: a shorter word is near to others by chance
_SURNAMES = ("ов", "ев")
_LONG = 8  # letters of a word that may be two
_LATIN_READINGS = 3  # readings of a word when slips are looked for too
_RENAMED = 0.8  # today's name of a town for a former one
_STRUCK = 0.15  # a sign among Latin letters is the key of a Cyrillic letter: «ghj,rb» is «пробки»
_SIGN_INSIDE = re.compile(r"[A-Za-z][,;\[\]'`][A-Za-z]")
_LATIN_SURE = 0.9  # Latin words typed on the Cyrillic layout are rare, so all must be known
# The ending of «1-інші» without its hyphen belongs to the number and is no word (news.language.normalise).
_ENDINGS = frozenset(["інші", "ыншы", "нші", "ншы", "ші", "шы", "инши", "иншы", "нши", "ши"])
# A word that this many articles have is hardly a slip of another.
_SURE = 20
_SURE_SHARE = 1 / 2000
_MISREAD = 12  # a word is another's form if one in so many articles reads it like that
_SPELLED_RIGHT = 4  # articles do not make the same slip


@dataclass(frozen=True, slots=True)
class QueryExpansion:
    """The words of a query as typed ('plain'), on another layout ('layout'), or from Latin letters ('latin')."""

    kind: str
    wanted: tuple[WantedWords, ...]


def best_reading(vocabulary: Vocabulary, query: Query) -> QueryExpansion:
    """The reading whose words the articles know best; the typed one if none is better."""
    best, best_known = QueryExpansion("plain", ()), -1.0
    struck = bool(_SIGN_INSIDE.search(query.typed))
    for kind, typed in _readings(query):
        read = tuple(word for word in typed if word not in _ENDINGS) or typed
        last = len(read) - 1 if read[-1:] == typed[-1:] and not query.complete else None
        wanted = wanted_of(vocabulary, read, last)
        _rename(vocabulary, wanted)
        also_named(vocabulary, wanted)
        for want, weight in zip(wanted, word_weights(read, begun=last is not None), strict=True):
            want.weight = weight
        known = (_known(wanted) if kind != "keys" else _known_as_typed(wanted)) + (
            _STRUCK if kind == "layout" and struck else 0.0
        )
        if known > best_known + 0.05 and (kind != "keys" or known > _LATIN_SURE):
            best, best_known = QueryExpansion("layout" if kind == "keys" else kind, wanted), known
        if known > 0.97 and not (struck and kind == "plain"):
            break
    if best.kind == "plain" and best.wanted and all(latin.is_latin(want.word) for want in best.wanted):
        known_as_typed = [want.surfaces.get(want.word, 0.0) >= EXACT for want in best.wanted]
        return QueryExpansion("plain" if any(known_as_typed) else "latin", best.wanted)
    return replace(best, wanted=told_otherwise(vocabulary, best.wanted))


def _rename(vocabulary: Vocabulary, wanted: Sequence[WantedWords]) -> None:
    """Let today's names of a town match a former one: «Целиноград» finds articles on Astana."""
    for start, end, today in places.renamed([want.word for want in wanted]):
        for want in wanted[start:end]:
            for name in today:
                for language in LANGUAGES:
                    want.also(name, term(name, language), _RENAMED)
            want.articles = vocabulary.articles_with(want.terms)


def without_slipped_signs(vocabulary: Vocabulary, query: Query) -> Query:
    """The query with `-word` read as «өword» if only that is a word: on the Kazakh layout - is ө."""
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
    """The words as they were understood; None if that is how they were typed."""
    read: list[str] = []
    for want in wanted:
        if read and want.surfaces.get(read[-1]) == _RENAMED and want.word != read[-1]:
            continue  # «Алма-Ата» is one town
        as_typed = want.word in want.surfaces or (want.beginning and any(map(_begins(want.word), want.surfaces)))
        best = max(want.surfaces, key=want.surfaces.__getitem__, default=want.word)
        # A word that no article here has is found by its neighbours as well, but is no slip of one of them. One that
        # articles have in another form needs no other name.
        if not as_typed and kind == "plain" and want.surfaces.get(best) != _RENAMED:
            known = is_known(want.word) or lexicon.load().names(want.word) or UNSEEN_FORM in want.terms.values()
            as_typed = known and not _is_respelled(want.word, best)
        read.append(want.word if as_typed else best)
    return " ".join(read) if kind != "plain" or read != [want.word for want in wanted] else None


def _is_respelled(typed: str, word: str) -> bool:
    """Whether a word was typed by ear: «дароги»."""
    return len(typed) == len(word) and lexicon.skeleton(typed, "ru") == lexicon.skeleton(word, "ru")


def _begins(start: str) -> Callable[[str], bool]:
    return lambda word: word.startswith(start)


def nearest_topic(words: Sequence[str]) -> str | None:
    """The topic that the lexicon's concepts among the words count for most."""
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
        yield "layout", _words(latin.struck_cyrillic(one) if latin.is_latin(one.lower()) else one for one in chunks)
        return
    if (struck := [latin.kazakh_digits(one) for one in chunks]) != chunks:
        yield "layout", _words(struck)
    yield "keys", _words(map(latin.struck_latin, chunks))


def _words(chunks: Iterable[str]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words(" ".join(chunks)))[:MOST_WORDS]


def _known(wanted: Sequence[WantedWords]) -> float:
    """The share of typed words that articles have, 0 to 1."""
    letters = sum(len(want.word) for want in wanted)
    return sum(len(want.word) * _known_as(want) for want in wanted) / letters if letters else 0.0


def _known_as_typed(wanted: Sequence[WantedWords]) -> float:
    """The same for Latin words on the Cyrillic layout, which articles must have in Latin letters."""
    letters = sum(len(want.word) for want in wanted)
    known = sum(len(want.word) for want in wanted if want.surfaces.get(want.word, 0.0) >= EXACT)
    return known / letters if letters else 0.0


def _known_as(want: WantedWords) -> float:
    """How well a word is known: by what it is found, at least by its other forms."""
    forms = (FORM if russian.is_known(want.word) else UNSEEN_FORM) if want.articles and not want.seen else 0.0
    return max(forms, *want.surfaces.values(), 0.0)


@lru_cache(256)
def _keys(word: str) -> tuple[str, ...]:
    """The skeletons a folded word may have."""
    return (skeleton(word), *latin.skeletons(word)) if latin.is_latin(word) else (skeleton(word),)


def wanted_of(vocabulary: Vocabulary, words: Sequence[str], last: int | None) -> tuple[WantedWords, ...]:
    """What may match these folded words; the one at `last` may be a beginning."""
    joined = (skeleton(one + other) for one, other in pairwise(words))
    vocabulary.look_up(chain((key for word in words for key in _keys(word)), joined))
    spelled = [_respelled(word, _as_mostly_read(vocabulary.spelled(_keys(word)))) for word in words]
    begun = [_begun(vocabulary, word) if at == last else None for at, word in enumerate(words)]
    own = [_own_terms(*one) for one in zip(words, spelled, begun, strict=True)]
    voices = [set(filter(None, map(kazakh.other_voice, terms))) for terms in own]
    vocabulary.count({*chain(*own), *chain(*voices), *(word.term for word in chain(*spelled))})
    wanted = tuple(map(partial(_wanted, vocabulary), words, spelled, own, voices))
    for want, found, terms in zip(wanted, begun, own, strict=True):
        if found is not None and not (len(words) == 1 and _is_whole(want, found)):
            _complete(want, found if len(words) > 1 else _longer(want, found, terms))
    _join(vocabulary, wanted)
    return wanted


def _as_mostly_read(spelled: Sequence[VocabularyWord]) -> list[VocabularyWord]:
    """The words without what a few articles took them for: in a Russian text «жылу» is a form of «жыл»."""
    mostly: dict[str, int] = {}
    for found in spelled:
        mostly[found.word] = max(found.articles, mostly.get(found.word, 0))
    return [found for found in spelled if found.articles * _MISREAD >= mostly[found.word]]


def _respelled(word: str, spelled: Sequence[VocabularyWord]) -> list[VocabularyWord]:
    """Those of a skeleton's words that may be this one. A well-known short word is no other word; a longer one is at
    most another that differs in Kazakh letters («сель» is not «сел»)."""
    if latin.is_latin(word):
        return list(spelled)
    own = max((found.articles for found in spelled if found.word == word), default=0)
    if len(word) > _SHORT:
        if len(spelled) > (own > 0) and (own >= _SURE or russian.is_known(word)):
            return [found for found in spelled if plain(found.word) == plain(word)]
        return list(spelled)
    return [
        found
        for found in spelled
        if found.word == word or (respells(word, found.word) and own * _HARDLY_BEGUN < max(_SURE, found.articles))
    ]


def is_whole_short(word: str) -> bool:
    """Whether a short word is one of the lexicon, and so meant as it is."""
    return 1 < len(word) <= _SHORT and lexicon.load().names(word)


def _is_whole(want: WantedWords, begun: Sequence[VocabularyWord]) -> bool:
    """Whether a single word is meant as it is, however many others begin like it."""
    if len(want.word) <= _SHORT:
        return (want.seen > 0 and len(want.word) > 1) or is_whole_short(want.word)
    if want.articles and any(lexicon.load().find_alike([want.word], language) for language in LANGUAGES):
        return True
    return want.seen >= _SURE and want.seen * _HARDLY_BEGUN >= sum(found.articles for found in begun)


def begun_of(vocabulary: Vocabulary, want: WantedWords) -> WantedWords:
    """The words that begin with a whole word, without itself."""
    begun = WantedWords(want.word)
    longer = _longer(want, _begun(vocabulary, want.word), ())
    _complete(begun, [found for found in longer if found.term not in want.terms])
    return begun


def _join(vocabulary: Vocabulary, wanted: Sequence[WantedWords]) -> None:
    """Let two words match as one that is usually written together («корона вирус»), and one as two."""
    for one, other in pairwise(wanted):
        joined = one.word + other.word
        worth, found = _JOINED, vocabulary.spelled([skeleton(joined)])
        unknown = (not one.articles) + (not other.articles)
        if not found and len(joined) >= _LONG and (unknown == 1 or unknown == len(wanted)):
            worth, found = SLIP, vocabulary.slips(skeleton(joined), joined)
        for word in found:
            one.also(word.word, word.term, worth)
            other.also(word.word, word.term, worth)


def _part(vocabulary: Vocabulary, want: WantedWords) -> None:
    halves = [(want.word[:at], want.word[at:]) for at in range(_SHORT, len(want.word) - _SHORT + 1)]
    vocabulary.look_up(skeleton(half) for pair in halves for half in pair)
    best, sure = None, 0
    for pair in halves:
        known = [vocabulary.spelled([skeleton(half)])[:1] for half in pair]
        if all(known) and (least := min(found[0].articles for found in known)) > sure:
            best, sure = (known[0][0].term, known[1][0].term), least
    if best:
        want.also_phrase(best, _JOINED)
        want.articles = sure


def _own_terms(word: str, spelled: Sequence[VocabularyWord], begun: Sequence[VocabularyWord] | None) -> set[str]:
    """The terms of a word itself; none for a Latin one, or one that nobody wrote, that others begin with and that is in
    no dictionary."""
    if latin.is_latin(word):
        return set()
    if not spelled and any(one.word.startswith(word) for one in begun or ()) and not russian.is_known(word):
        return set()
    # Analysing a word takes as long as looking all others up, so a well-known one is not analysed here.
    known_well = {found.term for found in spelled if found.word == word and found.articles >= _SURE}
    if known_well:
        return known_well
    own = {term(word, language) for language in LANGUAGES}
    # Russian takes «Жапаров» of «Жапаровтың» for a genitive plural, so it has that key too.
    return own | {term(plain(one), "ru") for one in own if one.endswith(_SURNAMES)}


def _wanted(
    vocabulary: Vocabulary, word: str, spelled: Sequence[VocabularyWord], own: set[str], voices: set[str]
) -> WantedWords:
    want, keys = WantedWords(word), _keys(word)
    for found in spelled:
        respelled = RESPELLED - 0.01 * keys.index(found.skeleton)
        want.also(found.word, found.term, EXACT if found.word == word else respelled)
        want.seen = max(want.seen, found.articles)
    form = FORM if want.seen else UNSEEN_FORM
    sure = bool(spelled) and all(plain(found.word) == plain(word) for found in spelled)
    for known in vocabulary.terms_like(own):
        if known not in own and not any(plain(known) == plain(one) if sure else respells(known, one) for one in own):
            continue
        want.also_term(known, form if known in own else form * RESPELLED)
    for voice in voices:
        if vocabulary.articles_with([voice]):
            want.also_term(voice, form * OTHER_VOICE)
    if twin := latin.roman_twin(word):
        want.also(twin, twin, RESPELLED)
    for parts in readings(word):
        want.also_phrase(parts, FORM)
    want.articles = vocabulary.articles_with(want.terms)
    return want


def _begun(vocabulary: Vocabulary, word: str) -> list[VocabularyWord]:
    """The most frequent words that begin with this one."""
    starts = latin.skeletons(word, prefix=True) if latin.is_latin(word) else _keys(word)
    begun = [found for start in starts if start for found in vocabulary.beginning(start, word, _COMPLETIONS)]
    if len(word) > _SHORT or latin.is_latin(word):
        return begun
    if kazakh.has_letters(word):  # who types ө means it: «өрт» begins no «орталық»
        return [found for found in begun if found.word.startswith(word)]
    return [found for found in begun if begins(found.word, word)]


def _longer(want: WantedWords, begun: Sequence[VocabularyWord], own: Collection[str]) -> list[VocabularyWord]:
    """The longer words that somebody may mean who typed this word and nothing else.

    If texts hold the word, forms of other words are left out: «метров» begins with «метро», but its term does not.
    In a longer query a word is mostly cut off («қолда» of «қолданады»), so there all longer words count.
    """
    if not want.seen or latin.is_latin(want.word):
        return list(begun)
    start = skeleton(want.word)
    return [found for found in begun if found.term in own or skeleton(found.term).startswith(start)]


def _complete(want: WantedWords, begun: Sequence[VocabularyWord]) -> None:
    want.beginning = want.word
    for found in begun:
        worth = BEGUN if found.word.startswith(want.word) else BEGUN * RESPELLED
        want.surfaces[found.word] = max(worth, want.surfaces.get(found.word, 0.0))
        want.also_term(found.term, BEGUN_FORM)
    want.articles = max(want.articles, sum(found.articles for found in begun))


def _is_no_slip(want: WantedWords) -> bool:
    """Whether a word that few articles have is right: a dictionary has it, or several spell it so."""
    as_typed = want.seen >= _SPELLED_RIGHT and want.surfaces.get(want.word, 0.0) >= EXACT
    return as_typed or lexicon.load().names(want.word) or (want.articles > 0 and russian.is_known(want.word))


def with_slips(vocabulary: Vocabulary, want: WantedWords, total: int) -> WantedWords:
    """The word with those one slip away, unless it is too well known to be a slip."""
    if want.seen > _SURE + total * _SURE_SHARE or _is_no_slip(want):
        return want
    wider = want.copy()
    if latin.is_latin(want.word):
        near = [found for key in latin.skeletons(want.word)[:_LATIN_READINGS] for found in vocabulary.slips(key, key)]
    else:
        spelling = skeleton(want.word)
        near = vocabulary.slips(spelling, want.word)
        if not near and not want.articles:
            near = vocabulary.two_slips(spelling, want.word)
    for found in near:
        # A slip of a short word brings only that spelling, not all its forms: for «шахта» all forms of «шақ» would be
        # noise.
        wider.surfaces[found.word] = max(SLIP, wider.surfaces.get(found.word, 0.0))
        if len(found.term) > _MISTAKEN or skeleton(found.term) == found.skeleton:
            wider.also_term(found.term, SLIP * FORM)
    if not near and not want.articles and len(want.word) >= _LONG and want.word.isalpha():
        _part(vocabulary, wider)
    elif not want.articles:
        told = max((found.articles for found in near), default=0)
        wider.articles = max(told, vocabulary.articles_with(wider.terms))
    return wider
