"""A Telegram channel as a source: its posts, and what a post is as an article.

Posts come from the page `t.me/s/NAME`, or from Telegram if the bot is an administrator. A post has no title, so its
first line or sentence becomes one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml.html import HtmlElement, tostring

from news.feeds.rss import MOST_ITEMS
from news.feeds.source import Document, Feed, FeedItem, UnreadableError
from news.models import Entry, PublicationTime
from news.text.clean import FILE_MARK, clean, decode, line, paragraphs, tree, web_address
from news.text.dates import moment
from news.text.sentences import sentences

NO_PREVIEW = "a channel without a web preview"
"""The reason when t.me shows only a channel's card and none of its posts."""
LONGEST_TITLE = 150

_HOSTS = r"(?:www\.)?(?:t\.me|telegram\.(?:me|dog))"
_NAME = r"[A-Za-z][A-Za-z0-9_]{3,31}"
_ADDRESS = re.compile(
    rf"(?:@|(?:https?://)?{_HOSTS}/(?:s/)?|tg://resolve\?domain=)({_NAME})(?:[/?#&].*)?", re.IGNORECASE
)
_PRIVATE = re.compile(rf"(?:https?://)?{_HOSTS}/(?:\+|joinchat/|c/)|tg://join\b", re.IGNORECASE)
_NO_CHANNELS = frozenset(
    ["joinchat", "addstickers", "addemoji", "addlist", "addtheme", "share", "proxy", "socks", "login", "contact"]
)

_HISTORY, _CARD = b"tgme_channel_history", b'class="tgme_page'
_PAGE = re.compile(rf"/s/({_NAME})/?(?:[?#]|$)")
_POST_START = re.compile(r"(?=<div\s[^<>]{0,300}\btgme_widget_message_wrap\b)")
_POST_NAME = re.compile(rf"({_NAME})/(\d{{1,12}})")
_PICTURE = re.compile(r"background-image:\s*url\(['\"]?([^'\")\s]{1,1000})")
_PICTURES = (
    *("tgme_widget_message_photo_wrap", "tgme_widget_message_video_thumb", "tgme_widget_message_roundvideo_thumb"),
    *("link_preview_image", "link_preview_right_image"),
)
_COUNT = re.compile(r"(\d{1,9}(?:\.\d)?)([KM]?)")
_TAG = re.compile(r"#(\w{2,60})")
# Signs before the first word («⚡️ »), and lines with only tags, names and addresses, which nobody reads as text.
_SIGNS = re.compile(r"[^\w«“\"„(#№@]+")
_MARKS_ONLY = re.compile(r"(?:\W*(?:[#@]\w+|https?://\S+|(?:www\.|t\.me/)\S+))+\W*")


def channel_page(address: str) -> str | None:
    """The address of a public channel's preview, named as `@NAME`, `t.me/NAME` or a post's link.

    None if the address names no public channel.
    """
    found = _ADDRESS.fullmatch(address.strip())
    return None if found is None or found[1].lower() in _NO_CHANNELS else f"https://t.me/s/{found[1].lower()}"


def is_private_channel(address: str) -> bool:
    """Whether an address is an invitation, or leads to a channel without a public name."""
    return _PRIVATE.match(address.strip()) is not None


def is_channel_page(content: bytes) -> bool:
    """Whether a web page is a channel's preview, or the card that t.me shows without one."""
    return _HISTORY in content or _CARD in content


def parse_channel(document: Document) -> Feed:
    """The posts with words of a preview page, newest first; `older` is the address of earlier ones.

    Posts of other channels and service messages are left out. Raises UnreadableError if the page shows no posts.
    """
    own = _PAGE.search(document.url)
    if _HISTORY not in document.content or own is None:
        raise UnreadableError(NO_PREVIEW)
    # Each post is parsed alone: a page of albums exceeds the limit of one tree, and its newest posts come last.
    head, *parts = _POST_START.split(decode(document.content, "utf-8") or "")
    found = [_item(part, own[1]) for part in parts[-MOST_ITEMS:]]
    root = tree(head)
    return Feed(
        kind="channel",
        title=_title(root) if root is not None else "",
        items=tuple(item for item in reversed(found) if item),
        older=_older(root, document.url) if root is not None else None,
    )


def titled(text: str, links: Sequence[str] = ()) -> tuple[str, str]:
    """A post's title and the text below it. `links` are the words that are links.

    The title is the first line, or the first sentence of a long line. If it had to be cut, the text keeps it whole.
    Lines at either end with only tags, names and addresses are left out, and last lines with only links: «Подписаться |
    Прислать новость». Both are empty if nothing is left.
    """
    lines = [one for one in map(str.strip, text.split("\n")) if one]
    while lines and _MARKS_ONLY.fullmatch(lines[0]):
        del lines[0]
    while lines and (_MARKS_ONLY.fullmatch(lines[-1]) or (len(lines) > 1 and _only_links(lines[-1], links))):
        del lines[-1]
    if not lines:
        return "", ""
    found = _SIGNS.match(lines[0])
    first = lines[0][found.end() :] if found else lines[0]
    if not any(letter.isalnum() for letter in first):
        return titled("\n".join(lines[1:]), links)
    if len(first) > LONGEST_TITLE or len(lines) == 1:
        sentence = next(iter(sentences(first)), first)
        first, rest = sentence, first[len(sentence) :].strip()
        lines[1:1] = [rest] if rest else []
    if len(first) > LONGEST_TITLE:
        lines[1:1] = [first]
        first = f"{first[: LONGEST_TITLE - 1].rsplit(' ', 1)[0].rstrip(' ,;:–—-')}…"
    title = first.rstrip() if first.endswith(("...", "…")) else first.rstrip(" .:")
    return title, "\n".join(lines[1:])


def tags_in(text: str) -> tuple[str, ...]:
    """The #tags of a post, each once."""
    return tuple(dict.fromkeys(_TAG.findall(text)))[:20]


# A channel in which the bot is an administrator: Telegram sends new posts one by one; earlier ones are not available.

_HIDDEN_IDS = 10**12


@dataclass(frozen=True, slots=True)
class ChannelPost:
    """A post as Telegram sends it.

    `name` is the channel's public name, `at` UTC seconds, `links` the words of `text` that are links, `picture` a file
    of Telegram's, `album` the album it belongs to.
    """

    channel: int
    number: int
    at: int
    text: str
    name: str | None = None
    links: tuple[str, ...] = ()
    picture: str | None = None
    author: str | None = None
    forwarded: str | None = None
    album: str | None = None


def channel_addresses(channel: int, name: str | None) -> tuple[str, ...]:
    """The addresses that a channel may have as a source, the preferred one first: its preview, or a members' link."""
    own = f"https://t.me/c/{-channel - _HIDDEN_IDS}"
    return (f"https://t.me/s/{name.lower()}", own) if name else (own,)


def is_post_of(address: str, channel: int, name: str | None) -> bool:
    """Whether an address is that of a post in this channel."""
    opened = address.lower()
    return any(opened.startswith(f"{one.replace('/s/', '/')}/") for one in channel_addresses(channel, name))


def post_item(post: ChannelPost) -> FeedItem | None:
    """A post as a feed item, with the same guid as on its page; None if it has no words."""
    title, body = titled(clean(post.text), post.links)
    if not title:
        return None
    url = f"https://t.me/{post.name or f'c/{-post.channel - _HIDDEN_IDS}'}/{post.number}"
    entry = Entry(
        id=url,
        title=title,
        body=body,
        url=url,
        published=datetime.fromtimestamp(post.at, UTC),
        tags=tags_in(post.text),
        cited=(post.forwarded,) if post.forwarded else (),
        image=f"{FILE_MARK}{post.picture}" if post.picture else None,
        author=post.author,
    )
    return FeedItem(guid=f"album {post.album}" if post.album else url, entry=entry)


def _only_links(line: str, links: Sequence[str]) -> bool:
    """Whether every word of a line is a link."""
    for one in sorted(links, key=len, reverse=True):
        line = line.replace(one, " ")
    return not any(letter.isalnum() for letter in line)


def _item(markup: str, channel: str) -> FeedItem | None:
    root = tree(markup)
    post = next(_having(root, "tgme_widget_message"), None) if root is not None else None
    name = _POST_NAME.fullmatch(post.get("data-post") or "") if post is not None else None
    if post is None or name is None or name[1].lower() != channel.lower():
        return None
    if "service_message" in _classes(post):
        return None
    text, links = _text(post)
    title, body = titled(text, links)
    if not title:
        return None
    url = f"https://t.me/{name[0]}"
    entry = Entry(
        id=url,
        title=title,
        body=body,
        url=url,
        published=_published(post),
        tags=tags_in(text),
        cited=tuple(_words(one) for one in _having(post, "tgme_widget_message_forwarded_from_name"))[:1],
        views=_views(post),
        image=_picture(post),
    )
    return FeedItem(guid=url, entry=entry)


def _text(post: HtmlElement) -> tuple[str, list[str]]:
    """A post's own text, without what it replies to, and the words of it that are links."""
    for one in _having(post, "tgme_widget_message_text"):
        if "js-message_reply_text" not in _classes(one):
            return paragraphs(_markup(one)), [words for anchor in one.iter("a") if (words := _words(anchor))]
    question = [_words(one) for one in _having(post, "tgme_widget_message_poll_question")]
    options = [f"– {_words(one)}" for one in _having(post, "tgme_widget_message_poll_option_text")]
    return "\n".join((*question, *options)), []


def _markup(element: HtmlElement) -> str:
    return str(tostring(element, encoding="unicode", with_tail=False))


def _words(element: HtmlElement) -> str:
    return line(str(element.text_content()))


def _published(post: HtmlElement) -> PublicationTime:
    dates = [one.get("datetime") for one in post.iter("time") if one.get("datetime")]
    return moment(dates[-1]) if dates else None


def _views(post: HtmlElement) -> int | None:
    """A post's number of views, printed like «873», «1.2K» or «3M»."""
    for one in _having(post, "tgme_widget_message_views"):
        if found := _COUNT.fullmatch(_words(one)):
            return round(float(found[1]) * {"": 1, "K": 1_000, "M": 1_000_000}[found[2]])
    return None


def _picture(post: HtmlElement) -> str | None:
    """A post's first picture: a photo, else a video's, else that of the page it links to."""
    for name in _PICTURES:
        for one in _having(post, name):
            found = _PICTURE.search(one.get("style") or "")
            if found and (address := web_address(found[1], "https://t.me/")):
                return address
    return None


def _title(root: HtmlElement) -> str:
    for one in root.iter("meta"):
        if one.get("property") == "og:title" and (title := line(one.get("content") or "")):
            return title[:200]
    return next((_words(one)[:200] for one in _having(root, "tgme_channel_info_header_title")), "")


def _older(root: HtmlElement, page: str) -> str | None:
    """The address of the page before this one."""
    for one in root.iter("a"):
        before = one.get("data-before") or ""
        if before.isascii() and before.isdigit():
            return f"{page.partition('?')[0]}?before={before[:12]}"
    return None


def _having(root: HtmlElement, name: str) -> Iterator[HtmlElement]:
    """The elements with this class, in order."""
    return (one for one in root.iter("*") if name in _classes(one))


def _classes(element: HtmlElement) -> list[str]:
    return (element.get("class") or "").split()
