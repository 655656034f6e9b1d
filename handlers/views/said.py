"""What answers a message that is no command: an hour, a stop, a town; and the way to search for its words."""

from handlers.views.actions import LONGEST, act, pack_words
from handlers.views.screen import Button, Screen
from handlers.views.settings import PRESETS, when_line, when_said
from locales import Texts
from news.intents.hours import Hours
from news.models import Subscriber
from news.subject import places
from news.timetable import Timetable

_PRESET = {"": "7", "work": "8", "weekend": "9"}


def search_button(texts: Texts, said: str) -> Button:
    """Search for what was said, word for word; what is too long for a button goes to the input line."""
    packed = pack_words(said)
    label = texts.plain("button-words")
    if len(f"words:{packed}".encode()) > LONGEST:
        return Button(label, here=said[:200])
    return Button(label, act("words", packed))


def time_offer(hours: Hours, texts: Texts, subscriber: Subscriber) -> Screen:
    """«Присылать дайджест каждый день в 08:30?»"""
    preset = _PRESET[hours.days]
    when = when_said(Timetable(hours.minutes, PRESETS[preset]), texts)
    yes = Button(texts.plain("button-send-yes"), act("at", ".".join(map(str, hours.minutes)), preset))
    others = (
        Button(texts.plain("button-other-time"), act("when")),
        Button(texts.plain("button-not-now"), act("home")),
    )
    return Screen(texts("time-offer", when=when, now=when_line(texts, subscriber)), ((yes,), others))


def stop(texts: Texts, subscriber: Subscriber) -> Screen:
    """What may stop: the digest, a subscription; or everything is deleted."""
    rows = (
        (Button(texts.plain("button-stop-digest"), act("hour", "off", 0)),),
        (Button(texts.plain("button-subscriptions"), act("subs")),),
        (Button(texts.plain("button-forget"), act("forget", 1)),),
        (Button(texts.plain("button-leave"), act("home")),),
    )
    return Screen(texts("stop-ask", when=when_line(texts, subscriber)), rows)


def city_offer(slug: str, texts: Texts) -> Screen:
    """«Ставить первыми новости города Шымкент?»"""
    name = places.name(slug, texts.language)
    rows = (
        (Button(texts.plain("button-my-city", name=name), act("live", slug)),),
        (Button(texts.plain("button-other-city"), act("city")),),
    )
    return Screen(texts("city-offer", name=name), rows)
