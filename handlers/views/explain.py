"""Why an article came, what was muted, what tunes a digest."""

from handlers.views.actions import Action, ListPlace, act, placed
from handlers.views.labels import topic_name, topic_names
from handlers.views.screen import Button, Screen, cut
from locales import Html, Texts, escape
from news import places
from news.language.analyse import terms
from news.models import Article, Subscriber, Tastes

_MOST = 8


def why(article: Article, subscriber: Subscriber, tastes: Tastes, texts: Texts, back: ListPlace | None) -> Screen:
    """An article's topics, each with the words that earned it; what of it the reader chose or often opens."""
    lines = [texts("why-title"), escape(cut(article.title, 200)), Html("")]
    known = [(topic, name) for topic in article.topics if (name := topic_name(topic.slug, texts.language))]
    for topic, name in known:
        words = ", ".join(topic.words[:5])
        lines.append(texts("why-topic", name=name, words=words))
        if topic.slug in subscriber.topics:
            lines.append(texts("why-followed"))
        elif tastes.opened.get(topic.slug, 0) > 1:
            lines.append(texts("why-opened", count=tastes.opened[topic.slug]))
    if not known:
        lines.append(texts("why-no-topic"))
    lines += _own(article, subscriber, texts)
    rows = ((Button(texts.plain("button-tastes"), act("tastes")),), _back(article, texts, back))
    return Screen(Html("\n".join(lines)), rows)


def _own(article: Article, subscriber: Subscriber, texts: Texts) -> list[Html]:
    """What of the reader's own choices, besides topics, the article answers."""
    text = f"{article.title}\n{article.body}"
    tags = {tag.casefold() for tag in article.tags}
    held = frozenset(terms(text, article.language))
    asked = []
    for one in subscriber.subscriptions:
        word = one.kind == "word" and held.issuperset(terms(one.value, article.language))
        if word or (one.kind == "tag" and one.value in tags):
            asked.append(f"«{one.value}»" if word else f"#{one.value}")
    lines = [texts("why-asked", names=", ".join(asked))] if asked else []
    followed = (one.value.partition(" ")[0] for one in subscriber.subscriptions if one.kind == "story")
    if article.story is not None and str(article.story) in followed:
        lines.append(texts("why-story"))
    if subscriber.city and subscriber.city in places.find(f"{article.title}. {article.lead}", article.language):
        lines.append(texts("why-city", name=places.name(subscriber.city, texts.language)))
    return lines


def less(article: Article, texts: Texts, back: ListPlace | None) -> Screen:
    """What exactly a reader wants less of."""
    choices = []
    if name := _first_topic(article, texts):
        choices.append(Button(texts.plain("less-topic", name=name), _mute(article, "topic", 1, back)))
    if article.source:
        choices.append(
            Button(texts.plain("less-source", name=cut(article.source, 30)), _mute(article, "source", 1, back))
        )
    if article.story is not None:
        choices.append(Button(texts.plain("less-story"), _mute(article, "story", 1, back)))
    return Screen(texts("less-of-what"), (*((choice,) for choice in choices), _back(article, texts, back)))


def muted(article: Article, kind: str, texts: Texts, back: ListPlace | None, *, on: bool) -> Screen:
    """What was muted, and the way back at once."""
    named = {"topic": _first_topic(article, texts), "source": article.source}
    name = named.get(kind) or cut(article.title, 80)
    if not on:
        return Screen(texts("unmuted", name=name), (_back(article, texts, back),))
    undo = Button(texts.plain("button-undo"), _mute(article, kind, 0, back))
    rows = ((undo, Button(texts.plain("button-tastes"), act("tastes"))), _back(article, texts, back))
    return Screen(texts(f"muted-{kind}", name=name), rows)


def _first_topic(article: Article, texts: Texts) -> str | None:
    """The name of the topic that muting an article's topic means."""
    return topic_name(article.topics[0].slug, texts.language) if article.topics else None


def tastes(own: Tastes, texts: Texts) -> Screen:
    """Everything that tunes a reader's digest, and the way to forget it."""
    names = []
    for kind, value in sorted(own.muted):
        if kind == "topic":
            names += topic_names((value,), texts.language)
        elif kind == "source":
            names.append(f"«{value}»")
    stories = sum(kind == "story" for kind, _ in own.muted)
    counted = sorted(own.opened.items(), key=lambda item: -item[1])
    often = [(name, count) for slug, count in counted if (name := topic_name(slug, texts.language))][:_MOST]
    lines = [texts("tastes-title")]
    if often:
        listed = " · ".join(f"{name} {count}" for name, count in often)
        lines.append(texts("tastes-opened", names=listed))
    if names:
        lines.append(texts("tastes-muted", names=" · ".join(names)))
    if stories:
        lines.append(texts("tastes-stories", count=stories))
    if len(lines) == 1:
        return Screen(texts("tastes-none"), ((Button(texts.plain("button-settings"), act("settings")),),))
    reset = Button(texts.plain("button-reset-tastes"), act("retaste"))
    return Screen(Html("\n\n".join(lines)), ((reset,), (Button(texts.plain("button-settings"), act("settings")),)))


def _mute(article: Article, kind: str, on: int, back: ListPlace | None) -> Action:
    return placed("mute", article.key, kind, on, place=back)


def _back(article: Article, texts: Texts, back: ListPlace | None) -> tuple[Button, ...]:
    return (Button(texts.plain("button-back"), placed("open", article.key, place=back)),)
