"""Russian: the conflation key of a word form."""

import Stemmer

_SNOWBALL = Stemmer.Stemmer("russian")


def key(word: str) -> str:
    """The key that a folded word's forms share."""
    return str(_SNOWBALL.stemWord(word))
