"""Today's main stories: what most outlets tell, one article a story. Pure."""

from collections import Counter
from collections.abc import Sequence

from news.models import Article


def main_stories(newest: Sequence[Article], language: str, limit: int) -> list[Article]:
    """One article for each story among the newest articles, in the reader's language where the story has it.

    What several articles tell comes first, then what is in the reader's language, then the newest.
    """
    told = Counter(article.story for article in newest if article.story is not None)

    def rank(article: Article) -> tuple[int, bool]:
        return -(told[article.story] if article.story is not None else 1), article.language != language

    return sorted(once_a_story(newest, language), key=rank)[:limit]


def once_a_story(found: Sequence[Article], language: str) -> list[Article]:
    """Articles in their order, one for each story: the first in the reader's language, else the first.

    A reprint stands for a story only where nothing else does.
    """
    chosen: dict[object, Article] = {}

    def fits(article: Article) -> tuple[bool, bool]:
        return article.language == language, article.copy_of is None

    for article in found:
        story = article.story if article.story is not None else ("alone", article.key)
        held = chosen.get(story)
        if held is None or fits(article) > fits(held):
            chosen[story] = article
    return list(chosen.values())
