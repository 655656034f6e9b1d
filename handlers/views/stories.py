"""A story as a message: who was first, who else tells it, in which languages, what came later."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from handlers.views.actions import ListPlace, placed
from handlers.views.dates import published_text
from handlers.views.screen import Button, Screen, cut
from locales import Html, Texts, escape
from news.stories import Member, Story

_MOST = 12
_MOST_REPRINTS = 4
_TITLE_UNITS = 160


def summary_line(story: Story, texts: Texts) -> Html:
    """«Оқиға: 5 басылым · 3 орысша, 2 қазақша»."""
    outlets = texts("story-outlets", count=max(len(story.outlets), 1))
    languages = ", ".join(texts(f"story-{code}", count=count) for code, count in story.languages.items())
    return texts("story-line", outlets=outlets, languages=Html(languages))


def story(
    told: Story, key: int, texts: Texts, zone: ZoneInfo, now: int, back: ListPlace | None, *, followed: bool = False
) -> Screen:
    """Every article of a story in the order of publication, each to be opened by its number; whether it is followed."""
    members = told.articles[:_MOST]
    blocks = [Html(f"{texts('story-title')}\n{summary_line(told, texts)}")]
    blocks += [_member(number, member, told, texts, zone, now) for number, member in enumerate(members, 1)]
    numbers = [Button(str(number), placed("open", member.key, place=back)) for number, member in enumerate(members, 1)]
    rows = [tuple(numbers[start : start + 6]) for start in range(0, len(numbers), 6)]
    label = texts.plain("button-untrack" if followed else "button-track")
    rows.append((Button(label, placed("track", key, int(not followed), place=back)),))
    rows.append((Button(texts.plain("button-back"), placed("open", key, place=back)),))
    return Screen(Html("\n\n".join(blocks)), tuple(rows))


def _member(number: int, member: Member, told: Story, texts: Texts, zone: ZoneInfo, now: int) -> Html:
    when = published_text(datetime.fromtimestamp(member.at, UTC), texts, zone, now) or ""
    facts = [texts("quoted-source", source=member.source)] if member.source else []
    facts.append(escape(when))
    if member.language != texts.language:
        facts.append(texts(f"in-language-{member.language}"))
    if member is told.first:
        facts.append(texts("story-first"))
    lines = [Html(f"{number}. <b>{escape(cut(member.title, _TITLE_UNITS))}</b>"), Html(" · ".join(facts))]
    for headline in member.headlines[-2:]:
        time = f"{datetime.fromtimestamp(headline.until, zone):%H:%M}"
        lines.append(texts("story-renamed", time=time, title=cut(headline.title, _TITLE_UNITS)))
    lines += reprints(told, member, texts, zone, now)
    return Html("\n".join(lines))


def reprints(told: Story, member: Member, texts: Texts, zone: ZoneInfo, now: int) -> list[Html]:
    """A line for each outlet that published an article again: «14:20 «Горожанин» көшіріп басты»."""
    again = told.reprints(member.key)
    lines = []
    for one in again[:_MOST_REPRINTS]:
        when = published_text(datetime.fromtimestamp(one.at, UTC), texts, zone, now) or ""
        if one.source is None or one.source == member.source:
            lines.append(texts("story-again", when=when))
        else:
            lines.append(texts("story-reprinted", when=when, source=one.source))
    if len(again) > _MOST_REPRINTS:
        lines.append(texts("story-reprinted-more", count=len(again) - _MOST_REPRINTS))
    return lines


def reprint_line(told: Story, key: int, texts: Texts, zone: ZoneInfo, now: int) -> Html | None:
    """What the card of a reprint says: who published the text first, and when; None for any other article."""
    own = next((member for member in told.members if member.key == key), None)
    first = next((member for member in told.members if own is not None and member.key == own.copy_of), None)
    if first is None:
        return None
    when = published_text(datetime.fromtimestamp(first.at, UTC), texts, zone, now) or ""
    return texts("reprint-of", source=first.source or "—", when=when)
