"""A channel's web preview for tests: a page of the shape that t.me/s/NAME has, every form of post in it."""

from collections.abc import Iterable
from html import escape

CARD = (
    '<!DOCTYPE html><html><head><meta property="og:title" content="Telegram: Contact @qalanews"></head>'
    '<body><div class="tgme_page_wrap"><div class="tgme_page"><div class="tgme_page_title">Қала</div></div></div></body>'
    "</html>"
)
"""What t.me answers for a channel without a preview, a group, or a name that nobody has."""


def post(number: int, *parts: str, channel: str = "QalaNews", service: bool = False, when: str = "") -> str:
    """One post of these parts, in the order they stand."""
    kind = " service_message" if service else ""
    when = when or f"2026-11-22T{10 + number // 60 % 10:02}:{number % 60:02}:00+00:00"
    return (
        f'<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message{kind}'
        f' text_not_supported_wrap js-widget_message" data-post="{channel}/{number}" data-view="x">'
        '<div class="tgme_widget_message_user"><a href="https://t.me/QalaNews"><i class="tgme_widget_message_user_photo">'
        '<img src="https://cdn.example.kz/avatar.jpg"></i></a></div><div class="tgme_widget_message_bubble">'
        '<div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name"'
        f' href="https://t.me/QalaNews"><span dir="auto">Қала жаңалықтары</span></a></div>{"".join(parts)}'
        '<div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short">'
        '<span class="tgme_widget_message_views">1.2K</span><span class="tgme_widget_message_meta">'
        f'<a class="tgme_widget_message_date" href="https://t.me/{channel}/{number}"><time datetime="{when}" class="time">'
        "10:00</time></a></span></div></div></div></div></div>"
    )


def text(markup: str) -> str:
    """The HTML of a post with this text."""
    return f'<div class="tgme_widget_message_text js-message_text" dir="auto">{markup}</div>'


def photo(name: str, *, grouped: bool = False) -> str:
    """The HTML of a post's photo."""
    kind = "grouped_media_wrap blured js-message_photo" if grouped else "1 2"
    return (
        f'<a class="tgme_widget_message_photo_wrap {kind}" href="https://t.me/QalaNews/1?single"'
        f" style=\"width:800px;background-image:url('https://cdn.example.kz/{name}.jpg')\">"
        '<div class="tgme_widget_message_photo" style="padding-top:56%"></div></a>'
    )


def album(*names: str) -> str:
    """The HTML of an album."""
    layer = "".join(photo(name, grouped=True) for name in names)
    return (
        '<div class="tgme_widget_message_grouped_wrap js-message_grouped_wrap">'
        f'<div class="tgme_widget_message_grouped"><div class="tgme_widget_message_grouped_layer">{layer}</div></div></div>'
    )


def video(name: str) -> str:
    """The HTML of a video."""
    return (
        '<a class="tgme_widget_message_video_player js-message_video_player" href="https://t.me/QalaNews/1">'
        f'<i class="tgme_widget_message_video_thumb" style="background-image:url(\'https://cdn.example.kz/{name}.jpg\')"></i>'
        '<div class="tgme_widget_message_video_wrap"><video src="https://cdn.example.kz/v.mp4"></video></div>'
        '<time class="message_video_duration js-message_video_duration">0:15</time></a>'
    )


def forwarded(name: str) -> str:
    """The HTML of a forward's author."""
    return (
        '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from'
        f' <a class="tgme_widget_message_forwarded_from_name" href="https://t.me/akimat/5"><span>{name}</span></a></div>'
    )


def reply(words: str) -> str:
    """The HTML of what a post replies to."""
    return (
        '<a class="tgme_widget_message_reply user-color-5" href="https://t.me/QalaNews/1">'
        '<div class="tgme_widget_message_author accent_color"><span>Қала</span></div>'
        f'<div class="tgme_widget_message_text js-message_reply_text" dir="auto">{words}</div></a>'
    )


def poll(question: str, *options: str) -> str:
    """The HTML of a poll."""
    rows = "".join(
        '<a class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_percent">45%</div>'
        f'<div class="tgme_widget_message_poll_option_value"><div class="tgme_widget_message_poll_option_text">{one}</div>'
        "</div></a>"
        for one in options
    )
    return (
        f'<div class="tgme_widget_message_poll js-poll"><div class="tgme_widget_message_poll_question">{question}</div>'
        f'<div class="tgme_widget_message_poll_type">Anonymous poll</div>'
        f'<div class="tgme_widget_message_poll_options">{rows}</div></div>'
    )


def emoji(sign: str) -> str:
    """The HTML of a custom emoji."""
    return f'<i class="emoji" style="background-image:url(\'//telegram.org/img/emoji/40/x.png\')"><b>{sign}</b></i>'


def page(posts: Iterable[str], *, before: int | None = None, title: str = "Қала жаңалықтары") -> str:
    """A preview page; `before` is the number that its link to older posts names."""
    more = (
        f'<div class="tgme_widget_message_centered js-messages_more_wrap"><a href="/s/QalaNews?before={before}"'
        f' class="tme_messages_more js-messages_more" data-before="{before}"></a></div>'
        if before
        else ""
    )
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Telegram</title>'
        f'<meta property="og:title" content="{escape(title)}"></head><body><main class="tgme_main">'
        '<section class="tgme_channel_history js-message_history">'
        f"{more}{''.join(posts)}</section></main></body></html>"
    )
