"""Alerts as messages, and the screens where a reader chooses what comes as an alert."""

from collections.abc import Sequence

from handlers.views.actions import act
from handlers.views.articles import Viewer, head, is_link, meta_line, tells_more
from handlers.views.dates import quiet_text
from handlers.views.fitting import Room, fitted
from handlers.views.screen import Button, ButtonRows, Screen, cut, grid
from handlers.views.settings import back_on, hours_offered, subscription_name, token
from locales import Html, Texts, escape
from news.models import Article, Preferences, Subscriber, Subscription
from news.subject import topics

CAPS = (5, 10, 20, 50)
_LEAD_UNITS = 600
_NAME_UNITS = 60
_MOST_NAMED = 3
_MOST_SHOWN = 30
MUTED = ("word", "source", "topic")
"""Kinds that the list of muted things shows; a story is muted and unmuted at its card."""
_TITLE_UNITS = 200


def alert(
    article: Article,
    asked: Sequence[Subscription],
    viewer: Viewer,
    *,
    develops: bool = False,
    repeated: bool = False,
    corrected: bool = False,
    last_today: bool = False,
    has_digest: bool = True,
) -> Screen:
    """An alert of one article: what it tells, which subscriptions brought it, and what can be done about it.

    `develops`: it continues an earlier message. `repeated`: it may have come already. `corrected`: it was changed after
    it was sent. `last_today`: no more come today. `has_digest`: the others come with the digest.
    """
    texts, blocks = viewer.texts, []
    if corrected:
        blocks.append(texts("alert-corrected"))
    elif repeated:
        blocks.append(texts("alert-repeated"))
    elif develops:
        blocks.append(texts("alert-develops"))
    blocks.append(head(article, viewer))
    if article.lead:
        blocks.append(escape(cut(article.lead, _LEAD_UNITS)))
    blocks.append(_footer(asked, texts))
    if last_today:
        blocks.append(texts("alert-enough" if has_digest else "alert-enough-latest"))
    preview = article.url if viewer.pictures and is_link(article.url) else None
    return Screen(Html("\n\n".join(blocks)), alert_rows(article, texts), preview)


def alert_rows(article: Article, texts: Texts) -> ButtonRows:
    """Buttons to read the article and to change what comes."""
    read = [Button(texts.plain("button-read"), act("card", article.key))] if tells_more(article) else []
    if is_link(article.url):
        read.append(Button(texts.plain("button-site"), url=article.url))
    own = (
        Button(texts.plain("button-alert-why"), act("alert-why", article.key)),
        Button(texts.plain("button-alert-later"), act("alert-later", article.key)),
    )
    less = (Button(texts.plain("button-less"), act("less", article.key, "")),)
    return (*((tuple(read),) if read else ()), own, less)


def together(articles: Sequence[Article], viewer: Viewer, *, corrected: bool = False) -> Screen:
    """Alerts held in quiet hours as one message, with a number to open each. `corrected`: some have changed since."""
    texts, room = viewer.texts, Room()
    title, last = texts("alert-held"), texts("alert-held-footer")
    if corrected:
        title = Html(f"{texts('alert-corrected')}\n\n{title}")
    room.take(title + last)

    def line(number: int, article: Article) -> Html:
        return Html(f"{number}. <b>{escape(cut(article.title, _TITLE_UNITS))}</b>\n{meta_line(article, viewer)}")

    lines = fitted(articles, line, room)
    numbers = [Button(str(number), act("card", one.key)) for number, (one, _) in enumerate(lines, 1)]
    settings = Button(texts.plain("button-alerts"), act("alerts"))
    return Screen(Html("\n\n".join((title, *(text for _, text in lines), last))), (*grid(numbers, 5), (settings,)))


def why(article: Article, asked: Sequence[Subscription], subscriber: Subscriber, texts: Texts) -> Screen:
    """Why an article came as an alert: each subscription, with a button to change it."""
    lines = [texts("why-title"), escape(cut(article.title, _TITLE_UNITS)), _footer(asked, texts)]
    rows: list[tuple[Button, ...]] = [
        (Button(texts.plain("button-alert-turn-off", name=_name(one, texts)), act("alert-set", token(one), 0)),)
        for one in asked
        if one.at_once
    ]
    if article.source and Subscription("source", article.source) not in subscriber.subscriptions:
        name = cut(article.source, 30)
        rows.append((Button(texts.plain("button-follow-source", name=name), act("outlet", article.key, 1)),))
    rows.append(
        (
            Button(texts.plain("button-alerts"), act("alerts")),
            Button(texts.plain("button-back"), act("alert", article.key)),
        )
    )
    return Screen(Html("\n\n".join(lines)), tuple(rows))


def set_(one: Subscription, subscriber: Subscriber, texts: Texts, *, at_once: bool) -> Screen:
    """Say what was chosen for a subscription, with a button for the other choice."""
    key = "alert-now" if at_once else "alert-with-digest"
    lines = [texts(key, name=_name(one, texts))]
    if at_once and subscriber.away_until is not None:
        lines.append(texts("alert-not-in-pause", day=back_on(subscriber, texts)))
    if at_once and subscriber.timetable.quiet is not None:
        lines.append(texts("alert-not-in-quiet", quiet=quiet_text(subscriber.timetable.quiet, texts)))
    other = "button-with-digest" if at_once else "button-at-once"
    off = not at_once and not subscriber.timetable.minutes
    lines += [texts("subscribed-digest-off")] if off else []
    rows = (
        *((hours_offered(),) if off else ()),
        (Button(texts.plain(other), act("alert-set", token(one), int(not at_once))),),
        (Button(texts.plain("button-alerts"), act("alerts")), Button(texts.plain("button-subscriptions"), act("subs"))),
    )
    return Screen(Html("\n\n".join(lines)), rows)


def choice(one: Subscription, texts: Texts) -> tuple[Button, ...]:
    """The row under a new subscription: at once or with the digest."""
    return (
        Button(texts.plain("button-at-once"), act("alert-set", token(one), 1)),
        Button(texts.plain("button-with-digest"), act("alert-set", token(one), 0)),
    )


def later(names: Sequence[Subscription], article: Article, subscriber: Subscriber, texts: Texts) -> Screen:
    """What came at once comes with the digest from now on; undone with one tap. A digest that is off is offered."""
    named = ", ".join(_name(one, texts) for one in names) or texts.plain("alerts-urgent-name")
    off = not subscriber.timetable.minutes
    said = texts("alert-with-digest", name=cut(named, 200))
    rows = (
        *((hours_offered(),) if off else ()),
        (Button(texts.plain("button-undo"), act("alert-again", article.key)),),
        (Button(texts.plain("button-back"), act("alert", article.key)),),
    )
    return Screen(Html(f"{said}\n\n{texts('subscribed-digest-off')}") if off else said, rows)


def alerts(subscriber: Subscriber, texts: Texts) -> Screen:
    """What comes as an alert, how many a day, and what never comes; a press turns each."""
    known = subscriber.subscriptions[:_MOST_SHOWN]
    quiet = subscriber.timetable.quiet
    text = texts(
        "alerts-list" if any(one.at_once for one in known) else "alerts-none",
        most=subscriber.alerts_a_day,
        quiet=quiet_text(quiet, texts),
    )
    rest = texts("alerts-digest-on" if subscriber.timetable.minutes else "alerts-digest-off")
    text = Html(f"{text}\n\n{rest}")
    rows: list[tuple[Button, ...]] = []
    for one in sorted(known, key=lambda one: not one.at_once):
        name = cut(subscription_name(one, texts), 40)
        label = texts.plain("chosen", name=name) if one.at_once else name
        rows.append((Button(label, act("alert-turn", token(one), int(not one.at_once))),))
    urgent = texts.plain("button-urgent")
    urgent = texts.plain("chosen", name=urgent) if subscriber.urgent else urgent
    row = [Button(urgent, act("urgent", int(not subscriber.urgent)))]
    if subscriber.urgent and quiet is not None:
        night = texts.plain("button-urgent-night")
        night = texts.plain("chosen", name=night) if subscriber.urgent_at_night else night
        row.append(Button(night, act("urgent", 1 if subscriber.urgent_at_night else 2)))
    rows.append(tuple(row))
    rows.append(
        (
            Button(texts.plain("button-alerts-cap", most=subscriber.alerts_a_day), act("alerts-cap")),
            Button(texts.plain("button-muted"), act("mutes")),
        )
    )
    rows.append((Button(texts.plain("button-back"), act("settings")),))
    return Screen(text, tuple(rows))


def muted(kind: str, value: str, texts: Texts) -> Screen:
    """Say that a word, an outlet or a topic is muted, with a button to undo it."""
    undo = Button(texts.plain("button-undo"), act("unmute", muted_token(kind, value)))
    name = _muted_name(kind, value, texts)
    said = texts("muted-word", word=name) if kind == "word" else texts(f"muted-{kind}", name=name)
    return Screen(said, ((undo, Button(texts.plain("button-muted"), act("mutes"))),))


def unmuted(kind: str, value: str, texts: Texts) -> Screen:
    """Say that it comes again."""
    said = (
        texts("unmuted-word", word=value) if kind == "word" else texts("unmuted", name=_muted_name(kind, value, texts))
    )
    return Screen(said, ((Button(texts.plain("button-muted"), act("mutes")),),))


def mutes(own: Preferences, texts: Texts) -> Screen:
    """The muted words, outlets and topics, each with a button to unmute it, and how to add one."""
    known = sorted((kind, value) for kind, value in own.muted if kind in MUTED)[:_MOST_SHOWN]
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                texts.plain("button-drop", name=f"«{cut(_muted_name(kind, value, texts), 38)}»"),
                act("unmute", muted_token(kind, value)),
            ),
        )
        for kind, value in known
    ]
    rows.append((Button(texts.plain("button-back"), act("alerts")),))
    return Screen(texts("mutes-list" if known else "mutes-none"), tuple(rows))


def outlet(article: Article, texts: Texts, *, followed: bool) -> Screen:
    """Say that an outlet is followed, or not any more."""
    name = cut(article.source or "", _NAME_UNITS)
    key = "followed-source" if followed else "unsubscribed"
    undo = Button(texts.plain("button-undo"), act("outlet", article.key, int(not followed)))
    rows: list[tuple[Button, ...]] = [choice(Subscription("source", article.source or ""), texts)] if followed else []
    return Screen(texts(key, name=name), (*rows, (undo, Button(texts.plain("button-back"), act("alert", article.key)))))


def _muted_name(kind: str, value: str, texts: Texts) -> str:
    return topics.name(value, texts.language) if kind == "topic" and value in topics.TOPICS else cut(value, 80)


def muted_token(kind: str, value: str) -> str:
    """A short name of a muted thing for its button."""
    return token(Subscription(kind, value))  # type: ignore[arg-type]


def _name(one: Subscription, texts: Texts) -> str:
    return cut(subscription_name(one, texts), _NAME_UNITS)


def _footer(asked: Sequence[Subscription], texts: Texts) -> Html:
    if not asked:
        return texts("alert-urgent")
    return texts("alert-footer", name=", ".join(_name(one, texts) for one in asked[:_MOST_NAMED]))
