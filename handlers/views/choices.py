"""The screens where a reader chooses: language, topics, hour, subscriptions, settings."""

import hashlib
from collections.abc import Collection, Mapping

from handlers.views.actions import act
from handlers.views.articles import Viewer, home_buttons
from handlers.views.dates import clock_text
from handlers.views.labels import topic_name
from handlers.views.screen import Button, Rows, Screen, cut, grid
from handlers.views.timing import quiet_text, when_line, zone_name
from locales import LANGUAGE_NAMES, Html, Texts, escape
from news import places, topics
from news.models import Subscriber, Subscription

CITIES = (
    "almaty", "astana", "shymkent", "karaganda", "aktobe", "taraz", "pavlodar", "oskemen", "semey", "atyrau",
    "kostanay", "kyzylorda", "oral", "petropavl", "aktau", "turkistan", "kokshetau", "taldykorgan", "zhezkazgan",
    "konaev",
)  # fmt: skip
"""The three great cities and the centres of the seventeen regions, the largest first."""
MAIN_TOPICS = tuple(slug for slug in topics.TOPICS if topics.parent(slug) is None)
"""What a picker shows; the parts of a topic are found inside it."""
HOURS = (7 * 60, 8 * 60, 9 * 60, 12 * 60, 18 * 60, 20 * 60)


def languages(texts: Texts, welcome: bool) -> Screen:
    """Which language; the first step of the welcome."""
    buttons = [Button(name, act("lang", code, int(welcome))) for code, name in sorted(LANGUAGE_NAMES.items())]
    if welcome:
        return Screen(texts("welcome"), (tuple(buttons),))
    return Screen(texts("language-choose"), (tuple(buttons), (Button(texts.plain("button-back"), act("settings")),)))


def topic_picker(texts: Texts, chosen: Collection[str], welcome: bool) -> Screen:
    """All topics to switch on and off; no topic chosen means everything."""
    stage = int(welcome)
    buttons = [
        Button(
            (texts.plain("chosen", name=name) if slug in chosen else name),
            act("turn", slug, stage),
        )
        for slug in MAIN_TOPICS
        for name in (topics.short_name(slug, texts.language),)
    ]
    done = Button(
        texts.plain("button-done" if chosen else "button-all-topics"), act("hours", 1) if welcome else act("topics")
    )
    last = (Button(texts.plain("button-back"), act("welcome")), done) if welcome else (done,)
    return Screen(texts("topics-pick"), (*grid(buttons, 2), last))


def topic_list(texts: Texts, chosen: Collection[str], counts: Mapping[str, int]) -> Screen:
    """All topics to look into, those followed marked, with how many articles today brought."""
    buttons = []
    for slug in MAIN_TOPICS:
        name = topics.short_name(slug, texts.language)
        label = f"{name} · {counts[slug]}" if counts.get(slug) else name
        label = texts.plain("chosen", name=label) if slug in chosen else label
        buttons.append(Button(label, act("list", f"t.{slug}")))
    pick = Button(texts.plain("button-pick-topics"), act("pick", 0))
    return Screen(texts("topics-list"), (*grid(buttons, 2), (pick,), home_row(texts)))


def home_row(texts: Texts) -> tuple[Button, ...]:
    """The way home."""
    return (Button(texts.plain("button-home"), act("home")),)


def after_following(texts: Texts, slug: str) -> Rows:
    """Where to go after a topic was followed or left."""
    return (
        (
            Button(texts.plain("button-subscriptions"), act("subs")),
            Button(texts.plain("button-topics"), act("topics")),
        ),
        (Button(texts.plain("button-back"), act("list", f"t.{slug}")),),
    )


def hours(texts: Texts, subscriber: Subscriber, welcome: bool) -> Screen:
    """At which hour the digest comes."""
    stage = int(welcome)
    buttons = []
    for minute in HOURS:
        label = clock_text(minute)
        label = texts.plain("chosen", name=label) if minute == subscriber.digest_minute else label
        buttons.append(Button(label, act("hour", minute, stage)))
    never = Button(texts.plain("button-no-digest"), act("hour", "off", stage))
    zone = texts.plain("zone-line", zone=zone_name(texts, subscriber))
    last = (Button(texts.plain("button-back"), act("pick", 1)), never) if welcome else (never,)
    return Screen(texts("hours-pick", zone=zone), (*grid(buttons, 3), last))


def subscriptions(texts: Texts, subscriber: Subscriber) -> Screen:
    """What the chat follows, each with a button that takes it away."""
    rows: list[tuple[Button, ...]] = [
        (Button(texts.plain("button-drop", name=cut(subscription_name(one, texts), 40)), act("drop", token(one))),)
        for one in subscriber.subscriptions[:30]
    ]
    key = "subscriptions-list" if rows else "subscriptions-none"
    back = Button(texts.plain("button-back"), act("settings"))
    rows += [(Button(texts.plain("button-pick-topics"), act("pick", 0)),), (back,)]
    return Screen(texts(key), tuple(rows))


def cities(texts: Texts, subscriber: Subscriber) -> Screen:
    """Which city's news comes first."""
    buttons = []
    for slug in CITIES:
        name = places.name(slug, texts.language)
        label = texts.plain("chosen", name=name) if slug == subscriber.city else name
        buttons.append(Button(label, act("live", slug)))
    none = Button(texts.plain("button-no-city"), act("live", "off"))
    return Screen(
        texts("city-pick"), (*grid(buttons, 2), (none,), (Button(texts.plain("button-back"), act("settings")),))
    )


def settings(texts: Texts, subscriber: Subscriber) -> Screen:
    """Everything that can be set, as it is now; a press on a choice turns it."""
    names = [escape(subscription_name(one, texts)) for one in subscriber.subscriptions]
    languages = sorted(subscriber.news_languages, key=texts.language.__ne__)  # their own first
    text = texts(
        "settings",
        language=LANGUAGE_NAMES[texts.language],
        topics=Html(" · ".join(names)) if names else texts("all-topics"),
        digest=digest_line(texts, subscriber),
        length=subscriber.length,
        form=texts.plain(f"form-{subscriber.form}"),
        quiet=quiet_text(subscriber.timetable.quiet, texts),
        zone=zone_name(texts, subscriber),
        reads=" · ".join(texts.plain(f"in-language-{code}") for code in languages),
        city=places.name(subscriber.city, texts.language) if subscriber.city else texts.plain("city-none"),
        pictures=texts.plain("pictures-on" if subscriber.pictures else "pictures-off"),
    )
    reads = tuple(
        Button(
            texts.plain("chosen", name=texts.plain(f"reads-{code}"))
            if code in subscriber.news_languages
            else texts.plain(f"reads-{code}"),
            act("reads", code),
        )
        for code in sorted(LANGUAGE_NAMES)
    )
    pictures = texts.plain("button-pictures-off" if subscriber.pictures else "button-pictures-on")
    rows = (
        (Button(texts.plain("button-language"), act("language")), Button(texts.plain("button-topics"), act("pick", 0))),
        (Button(texts.plain("button-hour"), act("when")), Button(texts.plain("button-subscriptions"), act("subs"))),
        reads,
        (
            Button(texts.plain("button-city"), act("city")),
            Button(pictures, act("pictures", int(not subscriber.pictures))),
        ),
        (Button(texts.plain("button-tastes"), act("tastes")), Button(texts.plain("button-saved"), act("list", "v"))),
    )
    # The home screen speaks to one reader, a group has none.
    return Screen(text, (*rows, home_row(texts)) if subscriber.kind == "private" else rows)


def help_(viewer: Viewer) -> Screen:
    """What the bot can do."""
    privacy = Button(viewer.texts.plain("button-privacy"), act("privacy"))
    return Screen(viewer.texts("help", bot=viewer.username), ((privacy, *home_buttons(viewer)),))


def privacy(viewer: Viewer) -> Screen:
    """What is kept about a reader and why."""
    back = Button(viewer.texts.plain("button-back"), act("help"))
    return Screen(viewer.texts("privacy"), ((back, *home_buttons(viewer)),))


def home(texts: Texts, subscriber: Subscriber) -> Screen:
    """What a returning reader sees: where everything is."""
    rows = (
        (Button(texts.plain("button-latest"), act("list", "l")), Button(texts.plain("button-digest"), act("digest"))),
        (Button(texts.plain("button-topics"), act("topics")), Button(texts.plain("button-search"), here="")),
        (
            Button(texts.plain("button-saved"), act("list", "v")),
            Button(texts.plain("button-settings"), act("settings")),
        ),
        (Button(texts.plain("button-help"), act("help")),),
    )
    return Screen(texts("home", digest=digest_line(texts, subscriber)), rows)


def digest_line(texts: Texts, subscriber: Subscriber) -> Html:
    """When the digest comes, in a few words."""
    if not subscriber.timetable.minutes:
        return texts("digest-never")
    return texts("digest-comes", when=when_line(texts, subscriber))


def subscription_name(one: Subscription, texts: Texts) -> str:
    """A subscription as the reader knows it."""
    if one.kind == "topic":
        return topic_name(one.value, texts.language) or f"#{one.value}"
    if one.kind == "story":
        return f"«{one.value.partition(' ')[2]}»"
    return f"#{one.value}" if one.kind == "tag" else f"«{one.value}»"


def token(one: Subscription) -> str:
    """A short name of a subscription for its button: a word may be longer than a button can say."""
    return hashlib.blake2b(f"{one.kind}:{one.value}".encode(), digest_size=6).hexdigest()
