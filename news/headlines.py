"""Today's main stories: what most outlets tell, one article a story. Pure."""

from collections import Counter
from collections.abc import Sequence

from news.models import Article


def main_stories(newest: Sequence[Article], language: str, limit: int) -> list[Article]:
    """One article for each story among the newest articles, in the reader's language where the story has it.

    What several articles tell comes first, then what is in the reader's language, then the newest.
    """
    told = Counter(article.story for article in newest if article.story is not None)
    chosen: dict[object, Article] = {}
    order: dict[object, int] = {}
    for place, article in enumerate(newest):
        story = article.story if article.story is not None else ("alone", article.key)
        order.setdefault(story, place)
        held = chosen.get(story)
        if held is None or (held.language != language and article.language == language):
            chosen[story] = article

    def rank(item: tuple[object, Article]) -> tuple[int, bool, int]:
        story, article = item
        tellers = told[article.story] if article.story is not None else 1
        return -tellers, article.language != language, order[story]

    ranked = sorted(chosen.items(), key=rank)
    return [article for _, article in ranked[:limit]]
