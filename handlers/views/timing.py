"""The screens where a reader sets when and how the digest comes."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from handlers.views.actions import act
from handlers.views.dates import at_text, clock_text, weekday_text
from handlers.views.screen import Button, Screen, grid
from locales import Texts
from news.models import Subscriber
from news.timetable import EVERY_DAY, WORKDAYS, Timetable
from news.zones import city_of

TIMES = tuple(hour * 60 for hour in (6, 7, 8, 9, 10, 12, 14, 16, 18, 19, 20, 21))
WEEKEND = EVERY_DAY & ~WORKDAYS
QUIET = (None, (22 * 60, 7 * 60), (23 * 60, 8 * 60), (21 * 60, 9 * 60))
_NAMED_DAYS = {EVERY_DAY: "days-every", WORKDAYS: "days-work", WEEKEND: "days-weekend"}
PRESETS = {"7": EVERY_DAY, "8": WORKDAYS, "9": WEEKEND}


def timing(texts: Texts, subscriber: Subscriber) -> Screen:
    """When and how the digest comes; a press on a choice turns it, the others lead on."""
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
            Button(texts.plain("button-digest-now"), act("digest")),
            Button(texts.plain("button-back"), act("settings")),
        ),
    )
    return Screen(text, rows)


def times(texts: Texts, subscriber: Subscriber) -> Screen:
    """Hours to switch on and off, those typed as text among them."""
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
    """How to say where one lives."""
    return Screen(texts("zone-ask", zone=zone_name(texts, subscriber)), (_back(texts),))


def when_line(texts: Texts, subscriber: Subscriber) -> str:
    """Behind a colon: «каждый день в 08:00 и 18:00», «күн сайын, 08:00, 18:00»; or that none comes."""
    table = subscriber.timetable
    if not table.minutes:
        return texts.plain("timing-never")
    if texts.language == "kk":
        return f"{days_text(table.days, texts)}, {', '.join(map(clock_text, table.minutes))}"
    return when_said(table, texts)


def when_said(table: Timetable, texts: Texts) -> str:
    """Inside a sentence: «по будням в 08:30», «күн сайын 08:00 және 18:00-де», «дс, ср күндері 08:00-де»."""
    days = days_text(table.days, texts)
    if texts.language == "kk" and table.days not in _NAMED_DAYS:
        days = f"{days} күндері"
    return f"{days} {at_text(table.minutes, texts.language)}"


def days_text(bits: int, texts: Texts) -> str:
    """«каждый день», «по будням», «пн, ср»."""
    if bits in _NAMED_DAYS:
        return texts.plain(_NAMED_DAYS[bits]).casefold()
    names = get_day_names("abbreviated", locale=texts.language)
    return ", ".join(names[number] for number in range(7) if bits >> number & 1)


def quiet_text(quiet: tuple[int, int] | None, texts: Texts) -> str:
    """«22:00–07:00»."""
    return f"{clock_text(quiet[0])}–{clock_text(quiet[1])}" if quiet else texts.plain("quiet-none")


def when_text(next_at: int, now: int, zone_of_reader: ZoneInfo, texts: Texts) -> str:
    """«сегодня, 18:00», «завтра, 08:30», «23 ноября, понедельник, 08:30»."""
    local = datetime.fromtimestamp(next_at, zone_of_reader)
    away = (local.date() - datetime.fromtimestamp(now, zone_of_reader).date()).days
    hour = f"{local:%H:%M}"
    if away > 1:
        return texts.plain("when-day", day=weekday_text(local.date(), texts.language), time=hour)
    return texts.plain("when-tomorrow" if away else "when-today", time=hour)


def zone_name(texts: Texts, subscriber: Subscriber) -> str:
    """The zone as people call it: by its city."""
    key = "zone-" + subscriber.timezone.rpartition("/")[2].casefold().replace("_", "-")
    if texts.has(key):
        return texts.plain(key)
    return city_of(subscriber.timezone, texts.language)


def _back(texts: Texts) -> tuple[Button, ...]:
    return (Button(texts.plain("button-done"), act("when")),)
