"""An article's card: what it says, and what can be done with it in one tap or, behind «Ещё», in two."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.views import stories
from handlers.views.actions import ListPlace, act, placed
from handlers.views.articles import Viewer, change_query, head, is_link, tells_more
from handlers.views.dates import ago_text
from handlers.views.labels import topic_names
from handlers.views.screen import Button, Rows, Screen, cut, grid
from locales import Html, Texts, escape
from news.models import LANGUAGES, Article
from news.stories import Story

REACTIONS = ("like", "sorry", "outrage")
_LEAD_UNITS = 600


@dataclass(frozen=True, slots=True)
class CardState:
    """What a reader did with an article and what is known of its story: `reactions` are all readers', `reacted` theirs.

    `story` is None for an article that nobody else tells; an empty `summary` leaves the article's lead in its place.
    """

    saved: bool = False
    opened_up: bool = False
    reactions: Mapping[str, int] = field(default_factory=dict)
    reacted: str | None = None
    story: Story | None = None
    summary: str = ""


PLAIN = CardState()


def hashtag(tag: str) -> str:
    """A tag as Telegram links it: letters, digits and _ alone."""
    return "#" + re.sub(r"[\W_]+", "_", tag).strip("_")


def card(
    article: Article,
    viewer: Viewer,
    back: ListPlace | None = None,
    query: str | None = None,
    state: CardState = PLAIN,
) -> Screen:
    """One article: title, source, how long ago, lead, tags, and what can be done with it."""
    return _card(article, viewer, back, query, state, ago=True)


def _card(
    article: Article, viewer: Viewer, back: ListPlace | None, query: str | None, state: CardState, *, ago: bool
) -> Screen:
    texts = viewer.texts
    blocks = [head(article, viewer, ago=ago)]
    if said := state.summary or article.lead:
        blocks.append(escape(cut(said, _LEAD_UNITS)))
    if state.story is not None:
        blocks.append(stories.summary_line(state.story, texts))
        reprint = stories.reprint_line(state.story, article.key, texts, viewer.zone, viewer.now)
        blocks += [reprint] if reprint else []
    if tags := _tags(article, texts):
        blocks.append(escape(tags))
    rows = (_more_rows if state.opened_up else _first_rows)(article, texts, back, state)
    if viewer.is_admin and not state.opened_up:
        rows = (*rows, (Button(texts.plain("button-hide"), act("hide", article.key)),))
    return Screen(
        Html("\n\n".join(blocks)), (*rows, *_back_rows(article, texts, back, query, state)), _preview(article, viewer)
    )


def shared_card(article: Article, viewer: Viewer) -> Screen:
    """The card that inline search leaves in somebody else's chat: finished, with ways to the article and to the bot."""
    # It stays where it is shared: the hour it tells holds tomorrow too.
    own = _card(article, viewer, None, None, PLAIN, ago=False)
    texts = viewer.texts
    buttons = [Button(texts.plain("button-site"), url=article.url)] if is_link(article.url) else []
    if viewer.username:
        link = f"https://t.me/{viewer.username}?start=a_{article.key}"
        buttons.append(Button(texts.plain("button-open-in-bot"), url=link))
    return Screen(own.html, (tuple(buttons),) if buttons else (), own.preview)


def inline_description(article: Article, viewer: Viewer) -> str:
    """The second line of an inline result."""
    when = ago_text(article.published, viewer.texts, viewer.zone, viewer.now)
    return cut(" · ".join(part for part in (article.source, when, article.lead) if part), 160)


def _tags(article: Article, texts: Texts) -> str:
    labels = topic_names((topic.slug for topic in article.topics[:3]), texts.language)
    tags = {hashtag(tag).casefold(): hashtag(tag) for tag in reversed([*labels, *article.tags[:5]])}
    return " ".join(tag for tag in reversed(tags.values()) if tag != "#")


def _preview(article: Article, viewer: Viewer) -> str | None:
    return article.url if viewer.pictures and is_link(article.url) else None


def _first_rows(article: Article, texts: Texts, back: ListPlace | None, state: CardState) -> Rows:
    """What most readers want: read, keep, share, the other language."""
    key = article.key
    read = []
    if tells_more(article):
        read.append(Button(texts.plain("button-read"), placed("read", key, 0, place=back)))
    if is_link(article.url):
        read.append(Button(texts.plain("button-site"), url=article.url))
    keep = texts.plain("button-saved-already" if state.saved else "button-save")
    own = (
        Button(keep, placed("save", key, int(not state.saved), place=back)),
        Button(texts.plain("button-share"), share=f"a_{key}"),
    )
    more = Button(texts.plain("button-more"), placed("more", key, place=back))
    return (*((tuple(read),) if read else ()), own, (*_versions(texts, key, back, state.story), more))


def _more_rows(article: Article, texts: Texts, back: ListPlace | None, state: CardState) -> Rows:
    """The rest: reactions, who else tells it, less of this, why."""
    key = article.key
    reactions = [Button(_reaction(name, texts, state), placed("react", key, name, place=back)) for name in REACTIONS]
    about = [
        Button(texts.plain("button-less"), placed("less", key, place=back)),
        Button(texts.plain("button-why"), placed("why", key, place=back)),
    ]
    if state.story is not None:
        reactions.append(Button(texts.plain("button-sources"), placed("story", key, place=back)))
    return (*grid(reactions, 2), tuple(about))


def _versions(texts: Texts, key: int, back: ListPlace | None, story: Story | None) -> tuple[Button, ...]:
    if story is None:
        return ()
    own = next((member.language for member in story.members if member.key == key), "")
    others = ((language, story.in_language(language)) for language in LANGUAGES if language != own)
    return tuple(
        Button(texts.plain(f"button-version-{language}"), placed("open", other.key, place=back))
        for language, other in others
        if other is not None
    )


def _reaction(name: str, texts: Texts, state: CardState) -> str:
    """«✓ Нравится · 3»: the reader's own is marked, and how many readers of the story feel so."""
    label, count = texts.plain(f"reaction-{name}"), state.reactions.get(name, 0)
    label = f"{label} · {count}" if count else label
    return texts.plain("chosen", name=label) if state.reacted == name else label


def _back_rows(article: Article, texts: Texts, back: ListPlace | None, query: str | None, state: CardState) -> Rows:
    """From the rest to the card, from the card to its list."""
    row = []
    if state.opened_up:
        row.append(Button(texts.plain("button-back"), placed("open", article.key, place=back)))
    elif back is not None:
        row.append(Button(texts.plain("button-back"), act("list", back.pack())))
    if query:
        row.append(change_query(texts, query))
    return (tuple(row),) if row else ()
