"""An article's card, and what it leads to: its story, why it came, what to mute."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from handlers.views.actions import Action, ListPlace, act, placed
from handlers.views.articles import (
    SOURCE_UNITS,
    Viewer,
    change_query,
    head,
    is_link,
    language_name,
    place_name,
    tells_more,
    topic_name,
    topic_names,
)
from handlers.views.dates import ago_text, instant_at, local_time, published_text
from handlers.views.fitting import Room, fitted
from handlers.views.screen import Button, ButtonRows, Screen, cut, grid, utf16_length
from locales import Html, Texts, escape
from news.language.analyse import terms
from news.models import LANGUAGES, Article, Preferences, Subscriber
from news.stories.stories import Story, StoryMember
from news.subject import places

# A story: who was first, who else tells it, in which languages, what came later.

_MOST = 12
_MOST_REPRINTS = 4
_TITLE_UNITS = 160


def summary_line(story: Story, texts: Texts) -> Html:
    """«Оқиға: 5 басылым · 3 орысша, 2 қазақша»."""
    outlets = texts("story-outlets", count=max(len(story.outlets), 1))
    known = ((code, count) for code, count in story.languages.items() if code in LANGUAGES)
    languages = ", ".join(texts(f"story-{code}", count=count) for code, count in known)
    return texts("story-line", outlets=outlets, languages=Html(languages))


def story(
    told: Story, key: int, texts: Texts, zone: ZoneInfo, now: int, back: ListPlace | None, *, followed: bool = False
) -> Screen:
    """The articles of a story by time of publication, each with a number to open it, and whether it is followed."""
    members = told.articles[:_MOST]
    head = Html(f"{texts('story-title')}\n{summary_line(told, texts)}")
    room = Room()
    room.take(head)
    shown = fitted(members, lambda number, member: _member(number, member, told, texts, zone, now), room)
    blocks = [head, *(text for _, text in shown)]
    numbers = [Button(str(number), placed("open", one.key, place=back)) for number, (one, _) in enumerate(shown, 1)]
    rows = [tuple(numbers[start : start + 6]) for start in range(0, len(numbers), 6)]
    label = texts.plain("button-untrack" if followed else "button-track")
    rows.append((Button(label, placed("track", key, int(not followed), place=back)),))
    rows.append((Button(texts.plain("button-back"), placed("open", key, place=back)),))
    return Screen(Html("\n\n".join(blocks)), tuple(rows))


def _member(number: int, member: StoryMember, told: Story, texts: Texts, zone: ZoneInfo, now: int) -> Html:
    when = published_text(instant_at(member.at), texts, zone, now)
    facts = [texts("quoted-source", source=cut(member.source, SOURCE_UNITS))] if member.source else []
    facts += [escape(when)] if when else []
    if member.language != texts.language and (other := language_name(member.language, texts)):
        facts.append(other)
    if member is told.first:
        facts.append(texts("story-first"))
    lines = [Html(f"{number}. <b>{escape(cut(member.title, _TITLE_UNITS))}</b>"), Html(" · ".join(facts))]
    for headline in member.headlines[-2:]:
        until = local_time(instant_at(headline.until), zone)
        time = f"{until:%H:%M}" if until else ""
        lines.append(texts("story-renamed", time=time, title=cut(headline.title, _TITLE_UNITS)))
    lines += reprints(told, member, texts, zone, now)
    return Html("\n".join(lines))


def reprints(told: Story, member: StoryMember, texts: Texts, zone: ZoneInfo, now: int) -> list[Html]:
    """A line for each outlet that published an article again: «14:20 «Горожанин» көшіріп басты»."""
    again = told.reprints(member.key)
    lines = []
    for one in again[:_MOST_REPRINTS]:
        when = published_text(instant_at(one.at), texts, zone, now) or ""
        if one.source is None or one.source == member.source:
            lines.append(texts("story-again", when=when))
        else:
            lines.append(texts("story-reprinted", when=when, source=cut(one.source, SOURCE_UNITS)))
    if len(again) > _MOST_REPRINTS:
        lines.append(texts("story-reprinted-more", count=len(again) - _MOST_REPRINTS))
    return lines


def reprint_line(told: Story, key: int, texts: Texts, zone: ZoneInfo, now: int) -> Html | None:
    """The line on a reprint's card: who published the text first, and when; None for any other article."""
    own = next((member for member in told.members if member.key == key), None)
    first = next((member for member in told.members if own is not None and member.key == own.copy_of), None)
    if first is None:
        return None
    when = published_text(instant_at(first.at), texts, zone, now) or ""
    return texts("reprint-of", source=cut(first.source or "—", SOURCE_UNITS), when=when)


# The card, and what can be done with an article in one tap or, after «Ещё», in two.

REACTIONS = ("like", "sorry", "outrage")
_LEAD_UNITS = 600
_TAG_UNITS = 60
_MOST_CITED = 3


@dataclass(frozen=True, slots=True)
class CardState:
    """What a reader did with an article, and its story. `reactions` are all readers', `reacted` is this reader's.

    `story` is None if nobody else tells it. With an empty `summary` the card shows the lead.
    """

    saved: bool = False
    opened_up: bool = False
    reactions: Mapping[str, int] = field(default_factory=dict)
    reacted: str | None = None
    story: Story | None = None
    summary: str = ""


PLAIN = CardState()


def hashtag(tag: str) -> str:
    """A tag in the form that Telegram links: only letters, digits and _."""
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
    if cited := _cited(article, texts):
        blocks.append(cited)
    if state.story is not None:
        blocks.append(summary_line(state.story, texts))
        reprint = reprint_line(state.story, article.key, texts, viewer.zone, viewer.now)
        blocks += [reprint] if reprint else []
    if tags := _tags(article, texts):
        blocks.append(escape(tags))
    rows = (_more_rows if state.opened_up else _first_rows)(article, viewer, back, state)
    if viewer.is_admin and not state.opened_up:
        fix = Button(texts.plain("button-fix"), act("fix", article.key, "show"))
        rows = (*rows, (fix, Button(texts.plain("button-hide"), act("hide", article.key))))
    return Screen(
        Html("\n\n".join(blocks)), (*rows, *_back_rows(article, texts, back, query, state)), _preview(article, viewer)
    )


def shared_card(article: Article, viewer: Viewer) -> Screen:
    """The card that inline search posts in any chat: complete, with links to the article and the bot."""
    # It stays in the chat, so it tells the time and not how long ago.
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
    source = cut(article.source or "", SOURCE_UNITS)
    return cut(" · ".join(part for part in (source, when, article.lead[:_LEAD_UNITS]) if part), 160)


def _cited(article: Article, texts: Texts) -> Html | None:
    """The sources that an article cites, without its own outlet: «Дереккөз: Ақорда, Tengrinews.kz»."""
    own = (article.source or "").casefold()
    names = [name for name in article.cited if name.casefold() != own][:_MOST_CITED]
    if not names:
        return None
    return texts("cited-line", count=len(names), names=", ".join(cut(name, SOURCE_UNITS) for name in names))


def _tags(article: Article, texts: Texts) -> str:
    labels = topic_names((topic.slug for topic in article.topics[:3]), texts.language)
    known = [*labels, *(tag for tag in article.tags[:20] if utf16_length(tag) <= _TAG_UNITS)][: len(labels) + 5]
    tags = {hashtag(tag).casefold(): hashtag(tag) for tag in reversed(known)}
    return " ".join(tag for tag in reversed(tags.values()) if tag != "#")


def _preview(article: Article, viewer: Viewer) -> str | None:
    return article.url if viewer.pictures and is_link(article.url) else None


def _first_rows(article: Article, viewer: Viewer, back: ListPlace | None, state: CardState) -> ButtonRows:
    """What most readers want: read, keep, share, the other language."""
    key, texts = article.key, viewer.texts
    read = []
    if tells_more(article):
        read.append(Button(texts.plain("button-read"), placed("read", key, 0, place=back)))
    if is_link(article.url):
        read.append(Button(texts.plain("button-site"), url=article.url))
    keep = texts.plain("button-saved-already" if state.saved else "button-save")
    share = Button(texts.plain("button-share"), share=f"a_{key}")
    own = (share,) if viewer.in_group else (Button(keep, placed("save", key, int(not state.saved), place=back)), share)
    more = Button(texts.plain("button-more"), placed("more", key, place=back))
    return (*((tuple(read),) if read else ()), own, (*_versions(texts, key, back, state.story), more))


def _more_rows(article: Article, viewer: Viewer, back: ListPlace | None, state: CardState) -> ButtonRows:
    """The rest: reactions, who else tells it, less of this, why."""
    key, texts = article.key, viewer.texts
    offered = () if viewer.in_group else REACTIONS
    reactions = [Button(_reaction(name, texts, state), placed("react", key, name, place=back)) for name in offered]
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
    """«✓ Нравится · 3»: the reader's own reaction is marked; the number counts the story's readers."""
    label, count = texts.plain(f"reaction-{name}"), state.reactions.get(name, 0)
    label = f"{label} · {count}" if count else label
    return texts.plain("chosen", name=label) if state.reacted == name else label


def _back_rows(
    article: Article, texts: Texts, back: ListPlace | None, query: str | None, state: CardState
) -> ButtonRows:
    """Buttons from the second screen to the card, and from the card to its list."""
    row = []
    if state.opened_up:
        row.append(Button(texts.plain("button-back"), placed("open", article.key, place=back)))
    elif back is not None:
        row.append(Button(texts.plain("button-back"), act("list", back.pack())))
    if query:
        row.append(change_query(texts, query))
    return (tuple(row),) if row else ()


# Why an article came, what was muted, what tunes a digest.

_MOST_REASONS = 8
_MOST_MUTED = 40
_WORD_UNITS = 40


def why(
    article: Article, subscriber: Subscriber, preferences: Preferences, texts: Texts, back: ListPlace | None
) -> Screen:
    """An article's topics, each with the words that gave it, and what of it the reader follows or often opens."""
    lines = [texts("why-title"), escape(cut(article.title, 200)), Html("")]
    known = [
        (topic, name) for topic in article.topics[:_MOST_REASONS] if (name := topic_name(topic.slug, texts.language))
    ]
    for topic, name in known:
        words = ", ".join(cut(word, _WORD_UNITS) for word in topic.words[:5])
        lines.append(texts("why-topic", name=name, words=words))
        if topic.slug in subscriber.topics:
            lines.append(texts("why-followed"))
        elif preferences.opened.get(topic.slug, 0) > 1:
            lines.append(texts("why-opened", count=preferences.opened[topic.slug]))
    if not known:
        lines.append(texts("why-no-topic"))
    lines += _own(article, subscriber, texts)
    tuned = Button(texts.plain("button-tastes"), placed("tuned", article.key, place=back))
    return Screen(Html("\n".join(lines)), ((tuned,), _back(article, texts, back)))


def _own(article: Article, subscriber: Subscriber, texts: Texts) -> list[Html]:
    """The reader's choices, besides topics, that the article matches."""
    text = f"{article.title}\n{article.body}"
    tags = {tag.casefold() for tag in article.tags}
    held = frozenset(terms(text, article.language))
    asked = []
    for one in subscriber.subscriptions:
        word = one.kind == "word" and held.issuperset(terms(one.value, article.language))
        if word or (one.kind == "tag" and one.value.casefold() in tags):
            name = cut(one.value, _WORD_UNITS)
            asked.append(f"«{name}»" if word else f"#{name}")
    lines = [texts("why-asked", names=", ".join(asked[:_MOST_REASONS]))] if asked else []
    followed = (one.value.partition(" ")[0] for one in subscriber.subscriptions if one.kind == "story")
    if article.story is not None and str(article.story) in followed:
        lines.append(texts("why-story"))
    city = place_name(subscriber.city, texts.language)
    if city and subscriber.city in places.find(f"{article.title}. {article.lead}", article.language):
        lines.append(texts("why-city", name=city))
    return lines


def less(article: Article, texts: Texts, back: ListPlace | None) -> Screen:
    """Ask what a reader wants less of: once in a digest, or not at all."""
    rows = []
    for kind, name in (("topic", _first_topic(article, texts)), ("source", article.source)):
        if name:
            named = cut(name, 30)
            rows.append((Button(texts.plain("button-fewer", name=named), _mute(article, kind, 2, back)),))
            rows.append((Button(texts.plain("button-hide-it", name=named), _mute(article, kind, 1, back)),))
    if article.story is not None:
        rows.append((Button(texts.plain("button-hide-story"), _mute(article, "story", 1, back)),))
    return Screen(texts("less-of-what"), (*rows, _back(article, texts, back)))


def muted(article: Article, kind: str, texts: Texts, back: ListPlace | None, *, wish: str) -> Screen:
    """Say that something was muted ('1') or made rarer ('2'), with an undo button; or that it comes again ('0')."""
    named = {"topic": _first_topic(article, texts), "source": article.source}
    name = cut(named.get(kind) or article.title, 80)
    if wish == "0":
        return Screen(texts("unmuted", name=name), (_back(article, texts, back),))
    undo = Button(texts.plain("button-undo"), _mute(article, kind, 0, back))
    tuned = Button(texts.plain("button-tastes"), placed("tuned", article.key, place=back))
    key = f"fewer-{kind}" if wish == "2" and kind != "story" else f"muted-{kind}"
    return Screen(texts(key, name=name), ((undo, tuned), _back(article, texts, back)))


def _first_topic(article: Article, texts: Texts) -> str | None:
    """The name of the topic that muting an article's topic means."""
    return topic_name(article.topics[0].slug, texts.language) if article.topics else None


def preferences(own: Preferences, texts: Texts, back: Action | None = None) -> Screen:
    """Everything that tunes a reader's digest, with a button to forget it; `back` is where they came from."""
    before = (Button(texts.plain("button-back"), back),) if back else ()
    ways = (*before, Button(texts.plain("button-settings"), act("settings")))
    names, fewer = _named(own.muted, texts), _named(own.fewer, texts)
    stories = sum(kind == "story" for kind, _ in own.muted)
    counted = sorted(own.opened.items(), key=lambda item: -item[1])
    often = [(name, count) for slug, count in counted if (name := topic_name(slug, texts.language))][:_MOST_REASONS]
    lines = [texts("tastes-title")]
    if often:
        listed = " · ".join(f"{name} {count}" for name, count in often)
        lines.append(texts("tastes-opened", names=listed))
    if names:
        shown = names[:_MOST_MUTED] + (["…"] if len(names) > _MOST_MUTED else [])
        lines.append(texts("tastes-muted", names=" · ".join(shown)))
    if fewer:
        lines.append(texts("tastes-fewer", names=" · ".join(fewer[:_MOST_MUTED])))
    if stories:
        lines.append(texts("tastes-stories", count=stories))
    if len(lines) == 1:
        return Screen(texts("tastes-none"), (ways,))
    reset = Button(texts.plain("button-reset-tastes"), act("retaste"))
    return Screen(Html("\n\n".join(lines)), ((reset,), ways))


def _named(wishes: Collection[tuple[str, str]], texts: Texts) -> list[str]:
    """The topics and sources among what was hidden or made rarer, as the reader knows them."""
    names: list[str] = []
    for kind, value in sorted(wishes):
        if kind == "topic":
            names += topic_names((value,), texts.language)
        elif kind in ("source", "word"):
            names.append(f"«{cut(value, 60)}»")
    return names


def _mute(article: Article, kind: str, on: int, back: ListPlace | None) -> Action:
    return placed("mute", article.key, kind, on, place=back)


def _back(article: Article, texts: Texts, back: ListPlace | None) -> tuple[Button, ...]:
    return (Button(texts.plain("button-back"), placed("open", article.key, place=back)),)
