"""An article read once for all that is worked out from it: its words, the concepts and the places it names.

Topics, the trace that stories compare, and the terms of search need the same words; parting them and looking them up
again for each took a third of the time of filing.
"""

from functools import cached_property

from news import places
from news.language import lexicon
from news.language.analyse import words
from news.language.lexicon import Concept, Lexicon
from news.language.phrases import Found, folded

OPENING_WORDS = 300
"""Words of the body that topics and stories read: a news text has said by then what it is about."""
_PLACES_LETTERS = 3000
"""Characters of the body whose places it may be filed under."""


class Reading:
    """The words of an article in Russian or Kazakh, and what they name; worked out when first asked for."""

    def __init__(self, title: str, body: str, language: str, known: Lexicon | None = None) -> None:
        """`known` is the lexicon to read with, ours by default."""
        self.title, self.body, self.language = title, body, language
        self._known = known
        self.headline: list[str] = words(title)
        """The words of the title."""
        self.text: list[str] = words(body)
        """The words of the body."""

    @cached_property
    def spoken(self) -> list[str]:
        """The words of the title and the first of the body."""
        return [*self.headline, *self.text[:OPENING_WORDS]]

    @cached_property
    def plain(self) -> list[str]:
        """`spoken`, folded."""
        return folded(self.spoken)

    @cached_property
    def concepts(self) -> list[Found[Concept]]:
        """The concepts that `plain` names, loose ones too."""
        return (self._known or lexicon.load()).find_all(self.plain, self.language)

    @cached_property
    def _named(self) -> list[Found[str]]:
        whole = len(self.body) <= _PLACES_LETTERS
        if whole and len(self.text) <= OPENING_WORDS:
            return places.named(self.spoken, self.plain, self.language)
        spoken = [*self.headline, *(self.text if whole else words(self.body[:_PLACES_LETTERS]))]
        return places.named(spoken, folded(spoken), self.language)

    @property
    def places(self) -> tuple[str, ...]:
        """Slugs of the places that the title and the first 3,000 characters name, the most named first."""
        return places.ranked(self._named)

    @property
    def opening_places(self) -> tuple[str, ...]:
        """The same for `spoken`."""
        end = len(self.spoken)
        return places.ranked([one for one in self._named if one.end <= end])
