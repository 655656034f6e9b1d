"""The screens where a reader chooses: language, topics, subscriptions, when the digest comes."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from handlers.views.actions import act
from handlers.views.articles import Viewer, home_buttons, place_name, topic_name
from handlers.views.dates import (
    WEEKEND,
    at_text,
    clock_text,
    day_text,
    days_text,
    quiet_text,
    when_said,
    when_text,
)
from handlers.views.screen import Button, ButtonRows, Screen, cut, grid
from locales import LANGUAGE_NAMES, Html, Texts, escape
from news.models import LANGUAGES, Subscriber, Subscription
from news.subject import places, topics
from news.subject.places import city_of
from news.timetable import EVERY_DAY, WORKDAYS, Timetable, local_day

# The screens where a reader sets when and how the digest comes.

TIMES = tuple(hour * 60 for hour in (6, 7, 8, 9, 10, 12, 14, 16, 18, 19, 20, 21))
QUIET = (None, (22 * 60, 7 * 60), (23 * 60, 8 * 60), (21 * 60, 9 * 60))
PRESETS = {"7": EVERY_DAY, "8": WORKDAYS, "9": WEEKEND}


def timing(texts: Texts, subscriber: Subscriber) -> Screen:
    """When and how the digest comes. A press turns a choice or leads to its screen."""
    table = subscriber.timetable
    text = texts(
        "timing",
        when=when_line(texts, subscriber),
        zone=zone_name(texts, subscriber),
        length=subscriber.length,
        form=texts.plain(f"form-{subscriber.form}"),
        quiet=quiet_text(table.quiet, texts),
        late=texts.plain(f"late-{table.late}"),
        nothing=texts.plain("nothing-line" if subscriber.says_nothing else "nothing-silence"),
    )
    if note := quiet_note(table, texts):
        text = Html(f"{text}\n\n{note}")
    rows = (
        (Button(texts.plain("button-times"), act("times")), Button(texts.plain("button-days"), act("days"))),
        (
            Button(texts.plain("button-length", length=subscriber.length), act("tune", "length")),
            Button(texts.plain("button-form"), act("tune", "form")),
        ),
        (Button(texts.plain("button-quiet"), act("tune", "quiet")), Button(texts.plain("button-zone"), act("zone"))),
        (
            Button(texts.plain("button-late"), act("tune", "late")),
            Button(texts.plain("button-nothing"), act("tune", "nothing")),
        ),
        (
            Button(texts.plain("button-rest"), act("pause")),
            Button(texts.plain("button-digest-now"), act("digest")),
        ),
        (Button(texts.plain("button-back"), act("settings")),),
    )
    return Screen(text, rows)


PAUSES = (3, 7, 14, 30)
"""The choices of a pause, in days."""


def pause(texts: Texts, subscriber: Subscriber, until: tuple[int, date] | None = None) -> Screen:
    """Ask for how long nothing is to come by itself, or offer to end a pause. `until`: the day that was named, and in
    how many days it is.
    """
    days = [Button(texts.plain("button-pause-days", days=number), act("rest", number)) for number in PAUSES]
    rows: tuple[tuple[Button, ...], ...] = (*grid(days, 2), (Button(texts.plain("button-back"), act("when")),))
    if until is not None:
        named = day_text(until[1], texts.language, until[1])
        rows = ((Button(texts.plain("button-pause-until", day=named), act("rest", until[0])),), *rows)
    if subscriber.away_until is None:
        return Screen(texts("pause-ask"), rows)
    rows = ((Button(texts.plain("button-go-on"), act("rest", 0)),), *rows)
    return Screen(texts("paused", day=back_on(subscriber, texts)), rows)


def paused(texts: Texts, subscriber: Subscriber) -> Screen:
    """Say until when nothing comes by itself."""
    go_on = Button(texts.plain("button-go-on"), act("rest", 0))
    return Screen(
        texts("paused", day=back_on(subscriber, texts)), ((go_on,), (Button(texts.plain("button-back"), act("when")),))
    )


def back_on(subscriber: Subscriber, texts: Texts) -> str:
    """The day on which everything comes again."""
    day = local_day(subscriber.away_until or 0, ZoneInfo(subscriber.timezone))
    return day_text(day, texts.language, day)


def times(texts: Texts, subscriber: Subscriber) -> Screen:
    """Hours to switch on and off, including typed ones."""
    chosen = subscriber.timetable.minutes
    buttons = [
        Button(
            texts.plain("chosen", name=clock_text(minute)) if minute in chosen else clock_text(minute),
            act("time", minute),
        )
        for minute in sorted({*TIMES, *chosen})
    ]
    return Screen(texts("times-pick"), (*grid(buttons, 4), _back(texts)))


def days(texts: Texts, subscriber: Subscriber) -> Screen:
    """Days of the week to switch on and off, and the usual choices at once."""
    names = get_day_names("abbreviated", locale=texts.language)
    bits = subscriber.timetable.days
    buttons = [
        Button(
            texts.plain("chosen", name=names[number]) if bits >> number & 1 else names[number],
            act("day", number),
        )
        for number in range(7)
    ]
    presets = [
        Button(texts.plain("days-every"), act("day", 7)),
        Button(texts.plain("days-work"), act("day", 8)),
        Button(texts.plain("days-weekend"), act("day", 9)),
    ]
    return Screen(texts("days-pick"), (*grid(buttons, 4), *grid(presets, 2), _back(texts)))


def zone(texts: Texts, subscriber: Subscriber) -> Screen:
    """Tell how to set the time zone."""
    place = (Button(texts.plain("button-place"), act("place")),) if subscriber.kind == "private" else ()
    return Screen(texts("zone-ask", zone=zone_name(texts, subscriber)), (*((place,) if place else ()), _back(texts)))


def keys(texts: Texts) -> Screen:
    """Ask whether to show a keyboard with the most used words below the input field."""
    rows = (
        (
            Button(texts.plain("button-keys-show"), act("keys", 1)),
            Button(texts.plain("button-keys-hide"), act("keys", 0)),
        ),
        (Button(texts.plain("button-back"), act("settings")),),
    )
    return Screen(texts("keys-ask"), rows)


KEYS = (("latest", "digest"), ("topics", "saved"), ("settings", "help"))
"""The keyboard below the input field, by texts `button-NAME`; the same words are understood when typed."""


def set_text(subscriber: Subscriber, next_at: int, now: int, texts: Texts) -> Html:
    """Say when the digest comes from now on, and when the first one does."""
    first = when_text(next_at, now, ZoneInfo(subscriber.timezone), texts)
    when = when_said(subscriber.timetable, texts)
    said = texts("digest-set", when=when, zone=zone_name(texts, subscriber), first=first)
    note = quiet_note(subscriber.timetable, texts)
    return Html(f"{said}\n{note}") if note else said


def quiet_note(table: Timetable, texts: Texts) -> Html | None:
    """A note that a digest's hour is within quiet hours, and what happens then; None if it is not."""
    if table.quiet is None:
        return None
    start, end = table.quiet
    swallowed = [minute for minute in table.minutes if (minute - start) % 1440 < (end - start) % 1440]
    if not swallowed:
        return None
    hours = ", ".join(map(clock_text, swallowed))
    more = {"end": at_text([end], texts.language)} if table.late == "send" else {}
    return texts(f"quiet-{table.late}", time=hours, **more)


def when_line(texts: Texts, subscriber: Subscriber) -> str:
    """For use after a colon: «каждый день в 08:00 и 18:00», «күн сайын, 08:00, 18:00»; or that none comes."""
    table = subscriber.timetable
    if not table.minutes:
        return texts.plain("timing-never")
    if subscriber.away_until is not None:
        return texts.plain("timing-paused", day=back_on(subscriber, texts))
    if texts.language == "kk":
        return f"{days_text(table.days, texts)}, {', '.join(map(clock_text, table.minutes))}"
    return when_said(table, texts)


def zone_name(texts: Texts, subscriber: Subscriber) -> str:
    """The zone as people call it: by its city."""
    key = "zone-" + subscriber.timezone.rpartition("/")[2].casefold().replace("_", "-")
    if texts.has(key):
        return texts.plain(key)
    return city_of(subscriber.timezone, texts.language)


def _back(texts: Texts) -> tuple[Button, ...]:
    return (Button(texts.plain("button-done"), act("when")),)


# The screens where a reader chooses: language, topics, hour, subscriptions, settings.

CITIES = (
    "almaty", "astana", "shymkent", "karaganda", "aktobe", "taraz", "pavlodar", "oskemen", "semey", "atyrau",
    "kostanay", "kyzylorda", "oral", "petropavl", "aktau", "turkistan", "kokshetau", "taldykorgan", "zhezkazgan",
    "konaev",
)  # fmt: skip
"""The three largest cities and the centres of the seventeen regions, largest first."""
MAIN_TOPICS = tuple(slug for slug in topics.TOPICS if topics.parent(slug) is None)
"""Topics in a picker; their parts are found inside them."""
_MOST_NAMED = 40
HOURS = (7 * 60, 8 * 60, 9 * 60, 12 * 60, 18 * 60, 20 * 60)


def languages(texts: Texts, welcome: bool) -> Screen:
    """Ask for the language; the first step of the welcome."""
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
    last = (Button(texts.plain("button-back"), act("cities")), done) if welcome else (done,)
    return Screen(texts("topics-pick"), (*grid(buttons, 2), last))


def topic_list(texts: Texts, chosen: Collection[str], counts: Mapping[str, int]) -> Screen:
    """All topics with their numbers of today's articles; followed ones are marked."""
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


def after_following(texts: Texts, slug: str) -> ButtonRows:
    """Buttons after a topic was followed or unfollowed."""
    return (
        (
            Button(texts.plain("button-subscriptions"), act("subs")),
            Button(texts.plain("button-topics"), act("topics")),
        ),
        (Button(texts.plain("button-back"), act("list", f"t.{slug}")),),
    )


def hours(texts: Texts, subscriber: Subscriber, welcome: bool) -> Screen:
    """Ask at which hour the digest comes."""
    stage = int(welcome)
    buttons = []
    for minute in HOURS:
        label = clock_text(minute)
        label = texts.plain("chosen", name=label) if minute == subscriber.digest_minute else label
        buttons.append(Button(label, act("hour", minute, stage)))
    never = texts.plain("button-no-digest")
    never = never if welcome or subscriber.timetable.minutes else texts.plain("chosen", name=never)
    zone = texts.plain("zone-line", zone=zone_name(texts, subscriber))
    back = Button(texts.plain("button-back"), act("pick", 1) if welcome else act("when"))
    last = (back, Button(never, act("hour", "off", stage)))
    return Screen(texts("hours-pick", zone=zone), (*grid(buttons, 3), last))


def subscribe_ask(texts: Texts) -> Screen:
    """Tell how to follow something."""
    return Screen(texts("subscribe-ask"), ((Button(texts.plain("button-pick-topics"), act("pick", 0)),),))


_SHORT_NAME = 11
MOST_COUNTED = 30
"""The most articles of a week that are counted; beyond it the text says «more»."""
_OFFERED = (8 * 60, 12 * 60, 19 * 60)


def subscribed(key: str, asked: Subscription, week: int, subscriber: Subscriber, texts: Texts) -> Screen:
    """Confirm a subscription: what comes now, when, and how many such articles the last week had.

    `week` is that number, at most MOST_COUNTED. If the digest is off, hours are offered.
    """
    lines = [texts(key, name=cut(subscription_name(asked, texts), 80))]
    if asked.kind != "story":
        many = "subscribed-week-many" if week >= MOST_COUNTED else "subscribed-week"
        lines.append(
            texts(many if week else "subscribed-week-none", count=week) if week else texts("subscribed-week-none")
        )
    subs = Button(texts.plain("button-subscriptions"), act("subs"))
    if not subscriber.timetable.minutes:
        lines.append(texts("subscribed-digest-off"))
        rows = (hours_offered(), (Button(texts.plain("button-other-time"), act("when")), subs))
        return Screen(Html("\n\n".join(lines)), rows)
    lines.append(texts(f"subscribed-comes-{_coming(subscriber, asked)}", when=when_line(texts, subscriber)))
    return Screen(Html("\n\n".join(lines)), ((subs, Button(texts.plain("button-topics"), act("topics"))),))


def hours_offered() -> tuple[Button, ...]:
    """A row of hours to switch the digest on."""
    return tuple(Button(clock_text(minute), act("hour", minute, 0)) for minute in _OFFERED)


def _coming(subscriber: Subscriber, asked: Subscription) -> str:
    """How a subscription appears in the digest: as its topics, only with other subscriptions, or beside the rest."""
    if asked.kind == "topic":
        return "topics"
    return "alone" if subscriber.only_asked and not subscriber.topics else "beside"


def subscriptions(texts: Texts, subscriber: Subscriber) -> Screen:
    """What the chat follows, each with a button to remove it, and whether the digest holds anything else."""
    rows: list[tuple[Button, ...]] = [
        (Button(texts.plain("button-drop", name=cut(subscription_name(one, texts), 40)), act("drop", token(one))),)
        for one in subscriber.subscriptions[:30]
    ]
    on = bool(subscriber.timetable.minutes)
    text = texts("subscriptions-list" if rows else "subscriptions-none" if on else "subscriptions-none-off")
    if rows:
        words = any(one.kind in ("word", "tag", "source") for one in subscriber.subscriptions)
        state = "topics" if subscriber.topics else "alone" if subscriber.only_asked and words else "beside"
        comes = texts(f"subscriptions-{state}" if on else "subscriptions-digest-off")
        text = Html(f"{text}\n\n{comes}")
        if not subscriber.topics and words:
            label = texts.plain("button-all-too" if subscriber.only_asked else "button-only-these")
            rows.append((Button(label, act("only", int(not subscriber.only_asked))),))
    back = Button(texts.plain("button-back"), act("settings"))
    rows += [(Button(texts.plain("button-pick-topics"), act("pick", 0)),), (back,)]
    return Screen(text, tuple(rows))


def cities(texts: Texts, subscriber: Subscriber, welcome: bool = False) -> Screen:
    """Ask which city's news comes first; a step of the welcome."""
    verb = "home-city" if welcome else "live"
    buttons = []
    for slug in CITIES:
        name = places.name(slug, texts.language)
        label = texts.plain("chosen", name=name) if slug == subscriber.city else name
        buttons.append(Button(label, act(verb, slug)))
    none = Button(texts.plain("button-whole-country"), act(verb, "off"))
    back = Button(texts.plain("button-back"), act("welcome" if welcome else "settings"))
    return Screen(
        texts("city-ask" if subscriber.kind == "private" else "city-ask-group"),
        (*_rows_of_names(buttons), (back, none)),
    )


def _rows_of_names(buttons: Sequence[Button]) -> ButtonRows:
    """Three buttons in a row, two if one is long, because a phone cuts what does not fit."""
    rows: list[tuple[Button, ...]] = []
    left = list(buttons)
    while left:
        count = 3 if all(len(one.text) <= _SHORT_NAME for one in left[:3]) else 2
        rows.append(tuple(left[:count]))
        left = left[count:]
    return tuple(rows)


def city_set(texts: Texts, city: str | None) -> Screen:
    """Say which city's news comes first from now on."""
    said = texts("city-set", name=places.name(city, texts.language)) if city else texts("city-off")
    others = Button(texts.plain("button-other-city"), act("city"))
    latest = Button(texts.plain("button-latest"), act("list", "l"))
    return Screen(said, ((others, latest), home_row(texts)))


def settings(texts: Texts, subscriber: Subscriber) -> Screen:
    """All settings as they are now; a press turns a choice."""
    names = [escape(cut(subscription_name(one, texts), 60)) for one in subscriber.subscriptions[:_MOST_NAMED]]
    names += [Html("…")] if len(subscriber.subscriptions) > _MOST_NAMED else []
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
        city=place_name(subscriber.city, texts.language) or texts.plain("city-none"),
        pictures=texts.plain("pictures-on" if subscriber.pictures else "pictures-off"),
    )
    reads = tuple(
        Button(
            texts.plain("chosen", name=texts.plain(f"reads-{code}"))
            if code in subscriber.news_languages
            else texts.plain(f"reads-{code}"),
            act("reads", code),
        )
        for code in sorted(LANGUAGES)
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
    )
    if subscriber.kind != "private":
        return Screen(text, rows)  # the rest, and the home screen, are for one reader
    own = (Button(texts.plain("button-tastes"), act("tastes")), Button(texts.plain("button-saved"), act("list", "v")))
    keys = Button(texts.plain("button-keys"), act("keys", "ask"))
    last = (Button(texts.plain("button-channel"), act("channels")), *home_row(texts))
    return Screen(text, (*rows, own, (keys,), last))


def group_hello(texts: Texts) -> Screen:
    """The bot's first message in a group: what it does there, with buttons for administrators."""
    rows = (
        (Button(texts.plain("button-language"), act("language")), Button(texts.plain("button-topics"), act("pick", 0))),
        (Button(texts.plain("button-hour"), act("when")), Button(texts.plain("button-city"), act("city"))),
        (
            Button(texts.plain("button-latest"), act("list", "l")),
            Button(texts.plain("button-settings"), act("settings")),
        ),
    )
    return Screen(texts("group-hello"), rows)


def help_(viewer: Viewer) -> Screen:
    """What the bot can do."""
    privacy = Button(viewer.texts.plain("button-privacy"), act("privacy"))
    key = "help-group" if viewer.in_group else "help"
    return Screen(viewer.texts(key, bot=viewer.username), ((privacy, *home_buttons(viewer)),))


def about(viewer: Viewer) -> Screen:
    """Who answers here, and where the news is from."""
    return Screen(viewer.texts("about"), ((help_button(viewer.texts), *home_buttons(viewer)),))


def help_button(texts: Texts) -> Button:
    """A button to what the bot can do."""
    return Button(texts.plain("button-help"), act("help"))


def privacy(viewer: Viewer) -> Screen:
    """What is kept about a reader and why."""
    back = Button(viewer.texts.plain("button-back"), act("help"))
    return Screen(viewer.texts("privacy"), ((back, *home_buttons(viewer)),))


def home(texts: Texts, subscriber: Subscriber) -> Screen:
    """The home screen of a returning reader, with ways to everything."""
    rows = (
        (Button(texts.plain("button-latest"), act("list", "l")), Button(texts.plain("button-digest"), act("digest"))),
        (Button(texts.plain("button-topics"), act("topics")), Button(texts.plain("button-search"), here="")),
        (
            Button(texts.plain("button-saved"), act("list", "v")),
            Button(texts.plain("button-settings"), act("settings")),
        ),
        (help_button(texts),),
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
        return texts.plain("subscription-story", title=cut(one.value.partition(" ")[2], 200))
    return f"#{one.value}" if one.kind == "tag" else f"«{one.value}»"


def token(one: Subscription) -> str:
    """A short name of a subscription for its button, because a word may be too long for callback data."""
    return hashlib.blake2b(f"{one.kind}:{one.value}".encode(), digest_size=6).hexdigest()
