"""A summary: two or three sentences chosen from the text as they stand, never invented, in the article's language.

The opening sentence that tells more than the headline, then the sentences that share most with the whole text and least
with those already chosen. Background is left out: what an outlet told before, and sentences that lean on one before
them («Он добавил…», «Ол …») or only attribute, ask or invite.
"""

import math
import re
from collections.abc import Sequence

from news.language.analyse import terms
from news.sentences import sentences, without_dateline

MOST = 3
"""Sentences a summary has at most."""
LONGEST = 700
"""Characters it has at most, unless its first sentence alone is longer."""

_SENTENCES_READ = 40
_FEWEST_WORDS, _MOST_WORDS = 5, 60
_SAID_BEFORE = re.compile(
    r"(?:напомн\w+|ранее\b|как (?:мы )?(?:ранее )?(?:уже )?(?:сообщал\w*|писал\w*|передавал\w*|рассказывал\w*)"
    r"|до этого сообщал\w*|накануне сообщал\w*|справка\b|для справки"
    r"|еске сал\w*|естеріңізге сал\w*|бұған дейін|бұдан бұрын|осыған дейін|айта кет\w*|бұрын хабарла\w*|анықтама\b)",
    re.IGNORECASE,
)
_SAID_BEFORE_INSIDE = re.compile(
    r"\b(?:ранее (?:\S+ ){0,3}?(?:сообщал\w*|писал\w*|передавал\w*)|сообщал\w* ранее"
    r"|мы (?:уже |ранее )+(?:сообщали|писали|рассказывали)"
    r"|бұған дейін (?:\S+ ){0,4}?(?:хабарла\w*|жаз\w*)|(?:жазған|хабарлаған|айтқан) (?:едік|болатынбыз))",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"[«“„\"—–-]|(?:он|она|они|оно|это|этот|эта|эти|этого|при этом|также|кроме того|однако|поэтому|тем временем|так"
    r"|его|её|ее|их|по (?:его|её|ее|их) словам|в свою очередь|между тем|затем|после этого|там|тогда|но|и|а|или"
    r"|об этом|для этого|из них|среди них|я|мы|мен|біз"
    r"|ол|олар|бұл|осы|сондай-ақ|сонымен қатар|сонымен бірге|алайда|бірақ|ал|оның|олардың|сол|сондықтан|сөйтіп"
    r"|мұнда|бұдан|оның айтуынша|өз кезегінде|және|бұндай|мұндай)\b",
    re.IGNORECASE,
)
_NOT_TEXT = re.compile(
    r"^(?:фото|видео|сурет|читайте|смотрите|подпис\w+|оқи отыр\w*|тағы оқы\w*|жазыл\w*|автор|источник"
    r"|дереккөз|скриншот)\b|https?://|[?]\W*$|[■►▶●]",
    re.IGNORECASE,
)


def summarize(title: str, body: str, language: str, most: int = MOST) -> tuple[str, ...]:
    """At most `most` sentences of the body in their order, each as it stands there; none for an empty body."""
    headline = _content(title, language)
    pairs = [(one, _content(one, language)) for one in _own(body) if _whole(one)]
    # A sentence that only repeats the headline tells nothing, unless it is all there is.
    pairs = [(one, content) for one, content in pairs if len(content - headline) > 1] or pairs[:1]
    if not pairs:
        return ()
    told, known = [one for one, _ in pairs], [content for _, content in pairs]
    chosen = [0]
    weights = [_weight(n, known, headline, leans=_leans(one)) for n, one in enumerate(told)]
    while len(chosen) < most:
        rest = [n for n in range(len(told)) if n not in chosen and _adds(known[n], [known[m] for m in chosen])]
        length = sum(len(told[n]) + 1 for n in chosen)
        rest = [n for n in rest if length + len(told[n]) <= LONGEST]
        if not rest:
            break
        chosen.append(max(rest, key=lambda n: (weights[n], -n)))
    return tuple(told[n] for n in sorted(chosen))


def _whole(sentence: str) -> bool:
    """Whether it reads as a sentence of the news: not a caption, a link, a question or a torn-off end."""
    if not _FEWEST_WORDS <= len(sentence.split()) <= _MOST_WORDS or _NOT_TEXT.search(sentence):
        return False
    return not sentence[0].islower()


def _leans(sentence: str) -> bool:
    """Whether it needs the sentence before it, or is somebody's speech torn out of its quotation marks."""
    return bool(_LEANS.match(sentence)) or sentence.count("«") != sentence.count("»") or sentence.count('"') % 2 == 1


def _own(body: str) -> list[str]:
    """The sentences that tell this news: without dateline, without the rest of a paragraph that recalls older news."""
    own: list[str] = []
    for paragraph in without_dateline(body).split("\n"):
        for one in sentences(paragraph):
            if _SAID_BEFORE.match(one):
                break
            if not _SAID_BEFORE_INSIDE.search(one):
                own.append(one)
    return own[:_SENTENCES_READ]


def _content(text: str, language: str) -> frozenset[str]:
    return frozenset(term for term in terms(text, language) if len(term) > 2)


def _weight(n: int, known: Sequence[frozenset[str]], headline: frozenset[str], *, leans: bool) -> float:
    """How much a sentence speaks for the whole: words shared with the others and the headline, an early place."""
    own = known[n]
    if not own:
        return 0.0
    shared = sum(len(own & other) / (math.log(2 + len(own)) + math.log(2 + len(other))) for other in known) / len(known)
    about = len(own & headline) / (1 + math.sqrt(len(own)))
    early = 1.0 / (1 + n / 4)
    return (shared + about + early) * (0.5 if leans else 1.0)


def _adds(one: frozenset[str], chosen: Sequence[frozenset[str]]) -> bool:
    """Whether a sentence tells something that the chosen ones do not."""
    return all(len(one & other) <= 0.6 * min(len(one), len(other)) for other in chosen)
