"""Today's main stories: what most outlets tell, one article a story. Pure."""

from collections import Counter
from collections.abc import Sequence

from news.models import Article


def story_of(article: Article) -> int:
    """A key that articles on one event share: their story; below zero for an article that stands alone."""
    return article.story if article.story is not None else -article.key


def main_stories(newest: Sequence[Article], language: str, limit: int) -> list[Article]:
    """One article for each story among the newest articles, in the reader's language if the story has one.

    Stories readable in that language come first. Among them those told by the most articles come first, then the
    newest.
    """
    told = Counter(map(story_of, newest))

    def rank(article: Article) -> tuple[bool, int]:
        return article.language != language, -told[story_of(article)]

    return sorted(once_a_story(newest, language), key=rank)[:limit]


def once_a_story(found: Sequence[Article], language: str) -> list[Article]:
    """Keep the order, one article for each story: the first in the reader's language, or else the first.

    A reprint represents a story only if nothing else does.
    """
    chosen: dict[int, Article] = {}

    def fits(article: Article) -> tuple[bool, bool]:
        return article.language == language, article.copy_of is None

    for article in found:
        story = story_of(article)
        held = chosen.get(story)
        if held is None or fits(article) > fits(held):
            chosen[story] = article
    return list(chosen.values())
