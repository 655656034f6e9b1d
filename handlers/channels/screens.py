"""Channels that the bot posts to: the text of posts, and the screens where their administrators choose."""

from collections.abc import Collection, Sequence
from typing import Final

from handlers.views.actions import act
from handlers.views.articles import SOURCE_UNITS, TITLE_UNITS, Viewer
from handlers.views.dates import clock_text, quiet_text
from handlers.views.fitting import visible
from handlers.views.screen import Button, ButtonRows, Screen, cut, grid, utf16_length
from handlers.views.settings import MAIN_TOPICS
from locales import Html, Texts, escape
from news.alerts.deciding import StoryPost
from news.models import Subscriber
from news.subject import topics
from storage.readers.channels import Channel

CAPTION_UNITS: Final = 1024
LONGEST_SIGNATURE: Final = 60
CAPS: Final = (5, 10, 20, 50)
HOURS: Final[tuple[tuple[int, int] | None, ...]] = (None, (22 * 60, 8 * 60), (23 * 60, 7 * 60), (20 * 60, 9 * 60))
"""The choices of quiet hours, in minutes of the day, in the order of presses."""
TIMES: Final = ((540,), (540, 1140), (720,), (1080,), (1200,))
"""The choices of a digest's times, in minutes of the day, in the order of presses."""
_LEAD_UNITS, _LATEST_UNITS, _NAME_UNITS = 450, 160, 60


# A post.


def post(said: StoryPost, channel: Channel, viewer: Viewer, most: int, *, grown: bool = False) -> Html | None:
    """A post's text of at most `most` UTF-16 units; None if a post that has `grown` does not fit."""
    texts, article = viewer.texts, said.lead
    head = Html(f"<b>{escape(cut(article.title, TITLE_UNITS))}</b>")
    tail = []
    if said.latest is not None:
        tail.append(texts("post-new", title=cut(said.latest.title, _LATEST_UNITS)))
    # No date: Telegram shows when it was posted, and «today» would be wrong tomorrow.
    facts = [texts("quoted-source", source=cut(article.source, SOURCE_UNITS))] if article.source else []
    if said.outlets > 1:
        facts.append(texts("story-outlets", count=said.outlets))
    if facts:
        tail.append(Html(" · ".join(facts)))
    if channel.signature:
        tail.append(escape(channel.signature))
    room = most - sum(utf16_length(visible(one)) + 2 for one in (head, *tail))
    if room < 0 and grown:
        return None
    lead = cut(article.lead, _LEAD_UNITS) if article.lead.strip() != article.title.strip() else ""
    if utf16_length(lead) > room:
        if grown:
            return None
        lead = cut(lead, room) if room > _NAME_UNITS else ""
    return Html("\n\n".join(one for one in (head, escape(lead), *tail) if one))


def post_rows(said: StoryPost, viewer: Viewer) -> ButtonRows:
    """Buttons that open the article in the bot, and its topic if it has one."""
    bot = f"https://t.me/{viewer.username}"
    slug = next((one.slug for one in said.lead.topics if one.slug in topics.TOPICS), None)
    into = f"{bot}?start=t_{slug}" if slug else bot
    texts = viewer.texts
    return (
        (
            Button(texts.plain("button-post-read"), url=f"{bot}?start=a_{said.lead.key}"),
            Button(texts.plain("button-post-more"), url=into),
        ),
    )


def in_channel(screen: Screen, channel: Channel | None, viewer: Viewer) -> Screen:
    """A digest for a channel. Headlines link to the bot, and no button changes what all read."""
    more = Button(viewer.texts.plain("button-post-more"), url=f"https://t.me/{viewer.username}")
    text = screen.html
    if channel is not None and channel.signature:
        text = Html(f"{text}\n\n{escape(channel.signature)}")
    return Screen(text, ((more,),), screen.preview, screen.picture)


# Setting up.


def invited(texts: Texts) -> Screen:
    """What a channel of one's own can have, and the way to connect it."""
    return Screen(texts("channel-how"), ((Button(texts.plain("button-channel-choose"), act("channel-add")),),))


def listed(channels: Sequence[Channel], texts: Texts) -> Screen:
    """The channels that a person set up, with a button for each."""
    rows = tuple((Button(cut(one.title, 40), act("channel", one.chat_id)),) for one in channels)
    more = (Button(texts.plain("button-channel-more"), act("channel-add")),)
    return Screen(texts("channels-list"), (*rows, more))


def settings(channel: Channel, subscriber: Subscriber, texts: Texts) -> Screen:
    """All settings of a channel; a press turns each to its next choice."""
    minutes = subscriber.timetable.minutes
    times = ", ".join(clock_text(one) for one in minutes)
    way = "stories" if channel.stories else "digest" if minutes else "off"
    what = {
        "stories": texts("channel-what-stories", most=subscriber.alerts_a_day),
        "digest": texts("channel-what-digest", times=times),
        "off": texts("channel-what-off"),
    }[way]
    quiet = subscriber.timetable.quiet
    names = [topics.short_name(slug, texts.language) for slug in topics.TOPICS if slug in subscriber.topics]
    text = texts(
        "channel-settings",
        name=cut(channel.title, _NAME_UNITS),
        what=what,
        topics=" · ".join(names) if names else texts.plain("all-topics"),
        reads=" · ".join(texts.plain(f"in-language-{code}") for code in subscriber.news_languages),
        hours=quiet_text((quiet[1], quiet[0]), texts) if quiet else texts.plain("channel-all-day"),
        night=texts.plain("channel-night-silent" if channel.silent else "channel-night-loud"),
        pictures=texts.plain("pictures-on" if subscriber.pictures else "channel-signature-none"),
        signature=channel.signature or texts.plain("channel-signature-none"),
    )

    def turn(key: str, what: str, *, on: bool = False, **arguments: int) -> Button:
        name = texts.plain(key, **arguments)
        return Button(texts.plain("chosen", name=name) if on else name, act("channel-set", channel.chat_id, what))

    pace = turn("button-channel-times", "times")
    if way != "digest":
        pace = turn("button-channel-cap", "cap", most=subscriber.alerts_a_day)
    rows = (
        tuple(turn(f"button-way-{one}", one, on=one == way) for one in ("stories", "digest")),
        (
            Button(texts.plain("button-channel-topics"), act("channel-topics", channel.chat_id)),
            turn("button-channel-reads", "reads"),
        ),
        (turn("button-channel-hours", "hours"), pace),
        (
            turn("button-channel-night", "night", on=channel.silent),
            turn("button-pictures-on", "photos", on=subscriber.pictures),
        ),
        (
            turn("button-channel-unsign" if channel.signature else "button-channel-sign", "sign"),
            turn("button-way-off", "off", on=way == "off"),
        ),
        (turn("button-channel-remove", "remove"), Button(texts.plain("button-back"), act("channels"))),
    )
    return Screen(text, rows)


def topic_picker(channel: Channel, chosen: Collection[str], texts: Texts) -> Screen:
    """All topics, with the channel's marked."""
    buttons = [
        Button(
            texts.plain("chosen", name=name) if slug in chosen else name,
            act("channel-topic", channel.chat_id, slug),
        )
        for slug in MAIN_TOPICS
        for name in (topics.short_name(slug, texts.language),)
    ]
    back = (Button(texts.plain("button-back"), act("channel", channel.chat_id)),)
    return Screen(texts("channel-topics", name=cut(channel.title, _NAME_UNITS)), (*grid(buttons, 2), back))


def removing(channel: Channel, texts: Texts) -> Screen:
    """Ask whether to stop posting to a channel."""
    yes = Button(texts.plain("button-channel-remove"), act("channel-set", channel.chat_id, "gone"), style="danger")
    back = Button(texts.plain("button-back"), act("channel", channel.chat_id))
    return Screen(texts("channel-remove-ask", name=cut(channel.title, _NAME_UNITS)), ((yes, back),))
