"""What administrators see: broadcasts, sources, trouble, figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from handlers.views.actions import act
from handlers.views.articles import Viewer
from handlers.views.dates import published_text
from handlers.views.screen import Button, ButtonRows, Screen, cut, grid
from locales import LANGUAGE_NAMES, Html, Texts, escape
from news.feeds.schedule import SourceNotice
from news.feeds.source import DiscoveredSource, Source
from news.models import Article, Entry
from news.subject import topics
from storage.ledger.broadcasts import Broadcast

# Screens of a broadcast: to whom, confirmation, progress.


def ask(
    key: int, readers: Mapping[str, int], versions: Collection[str], texts: Texts, *, tested: bool = False
) -> Screen:
    """Ask who gets it, below the message as readers will see it."""
    languages = tuple(
        Button(texts.plain("broadcast-some", name=LANGUAGE_NAMES[code], count=count), act("broadcast", key, code))
        for code, count in sorted(readers.items())
        if code in LANGUAGE_NAMES
    )
    rows = (
        (Button(texts.plain("broadcast-all", count=sum(readers.values())), act("broadcast", key, "all")),),
        *((languages,) if languages else ()),
        (
            Button(texts.plain("broadcast-test"), act("broadcast", key, "test")),
            Button(texts.plain("button-cancel"), act("broadcast", key, "stop")),
        ),
    )
    own = [LANGUAGE_NAMES[one] for one in versions if one in LANGUAGE_NAMES]
    lack = [code for code in LANGUAGE_NAMES if code not in versions]
    parts = [texts("broadcast-ask")]
    if own:
        parts.append(texts("broadcast-versions", names=", ".join(own)))
    if lack:
        parts.append(texts("broadcast-more-versions", codes=", ".join(f"/broadcast {code}" for code in lack)))
    if tested:
        parts.append(texts("broadcast-tested"))
    return Screen(Html("\n\n".join(parts)), rows)


def sure(key: int, total: int, viewer: Viewer, moment: int | None = None) -> Screen:
    """Ask for the second tap, which cannot be undone. `moment` is when it goes (UTC seconds), None for now."""
    texts = viewer.texts
    if moment is not None:
        yes = Button(texts.plain("broadcast-put-off"), act("broadcast", key, f"at{moment}"))
        back = Button(texts.plain("button-cancel"), act("broadcast", key, "stop"))
        return Screen(texts("broadcast-sure-at", count=total, when=_when(moment, viewer)), ((yes,), (back,)))
    go = Button(texts.plain("broadcast-go"), act("broadcast", key, "go"))
    later = Button(texts.plain("broadcast-later"), act("broadcast", key, "when"))
    rows = (
        (go,),
        (later,),
        (
            Button(texts.plain("button-back"), act("broadcast", key, "ask")),
            Button(texts.plain("button-cancel"), act("broadcast", key, "stop")),
        ),
    )
    return Screen(texts("broadcast-sure", count=total), rows)


def when(key: int, moments: Sequence[int], viewer: Viewer) -> Screen:
    """Ask at what hour it goes."""
    texts = viewer.texts
    hours = tuple(Button(_when(moment, viewer), act("broadcast", key, f"at{moment}")) for moment in moments)
    back = Button(texts.plain("button-back"), act("broadcast", key, "ask"))
    return Screen(texts("broadcast-when"), (hours[:2], hours[2:], (back,)))


def _when(moment: int, viewer: Viewer) -> str:
    return f"{datetime.fromtimestamp(moment, viewer.zone):%d.%m %H:%M}"


def progress(one: Broadcast, counts: Mapping[str, int], viewer: Viewer, *, gone: bool = False) -> Screen:
    """A broadcast's progress or result, or when it will go."""
    texts = viewer.texts
    if one.state == "scheduled":
        rows = (("broadcast-go-now", "go"), ("broadcast-other-hour", "when"), ("button-cancel", "stop"))
        return Screen(
            texts("broadcast-scheduled", count=one.total, when=_when(one.starts_at or 0, viewer)),
            tuple((Button(texts.plain(text), act("broadcast", one.key, choice)),) for text, choice in rows),
        )
    if one.state == "stopped" and not counts:
        return Screen(texts("broadcast-cancelled"))
    failed = counts.get("refused", 0) + counts.get("expired", 0)
    result = texts(
        "broadcast-result",
        total=one.total,
        sent=counts.get("sent", 0),
        failed=failed,
        unknown=counts.get("unknown", 0),
    )
    parts = [texts(f"broadcast-{one.state}"), result]
    if gone:
        parts.append(texts("broadcast-gone"))
    next_step = {"running": ("broadcast-stop", "stop"), "stopped": ("broadcast-go-on", "more")}.get(one.state)
    if next_step is None or gone:
        return Screen(Html("\n\n".join(parts)))
    return Screen(
        Html("\n\n".join(parts)), ((Button(texts.plain(next_step[0]), act("broadcast", one.key, next_step[1])),),)
    )


# Screens of sources: the list, one source, what was found behind an address, trouble.

PAGE_SIZE = 8
_LEAD_UNITS = 220
# Beginning of the English reason of a failed look (bot/collecting/fetch.py, news/feeds/feed.py) → text.
_WHY: Final = {
    "no answer in time": "why-slow",
    "an internal address": "why-internal",
    "its certificate is not valid": "why-certificate",
    "its name is not known": "why-name",
    "robots.txt closes it to us": "why-robots",
    "a channel without a web preview": "why-preview",
    "the bot is no administrator there": "why-no-rights",
    "a web page, not a feed": "why-page",
    "nothing listens there": "why-refused",
    "no connection": "why-refused",
    "it does not speak https": "why-https",
    "port ": "why-port",
    "an anti-bot page": "why-guard",
    "broken answer": "why-broken",
}
_TOO_MUCH: Final = {"kB": "why-large", "redirects": "why-redirects"}


def why(reason: str, texts: Texts) -> str:
    """Why a source does not answer, in the reader's language; an HTTP status is not translated."""
    if reason.startswith("HTTP "):
        return reason
    if reason.startswith("more than "):
        return texts.plain(_TOO_MUCH.get(reason.rpartition(" ")[2], "why-other"))
    return texts.plain(next((key for clause, key in _WHY.items() if reason.startswith(clause)), "why-other"))


def source_list(sources: Sequence[Source], start: int, viewer: Viewer) -> Screen:
    """A page of the sources with their states, and a number to open each."""
    texts = viewer.texts
    shown = sources[start : start + PAGE_SIZE]
    lines = [texts("sources-list", count=len(sources)) if sources else texts("sources-none"), Html("")]
    for number, source in enumerate(shown, start + 1):
        lines.append(Html(f"{number}. {texts('source-line', name=cut(source.name, 80), state=_state(source, texts))}"))
    if sources:
        lines.append(Html(""))
    lines.append(texts("sources-how"))
    numbers = tuple(Button(str(n), act("source", one.key, "show")) for n, one in enumerate(shown, start + 1))
    steps = []
    if start:
        steps.append(Button(texts.plain("button-previous"), act("sources", max(0, start - PAGE_SIZE))))
    if start + PAGE_SIZE < len(sources):
        steps.append(Button(texts.plain("button-next"), act("sources", start + PAGE_SIZE)))
    rows = [numbers[:4], numbers[4:], tuple(steps)]
    return Screen(Html("\n".join(lines)), tuple(row for row in rows if row))


def source_card(source: Source, viewer: Viewer) -> Screen:
    """One source: its state, rhythm and rights, and what an administrator can do with it."""
    texts = viewer.texts
    lines = [
        Html(f"<b>{escape(cut(source.name, 100))}</b>"),
        escape(cut(source.url, 1000)),
        Html(""),
        _state(source, texts),
        texts("source-rights-full" if source.full_text else "source-rights-lead"),
    ]
    if source.health.checked_at is not None:
        lines.append(texts("source-rhythm", daily=round(source.health.rhythm.daily)))
    pause = ("button-resume", "go") if source.paused else ("button-pause", "pause")
    rights = ("button-lead-only", "lead") if source.full_text else ("button-full-text", "full")
    agreed = (("button-channel-take", "go"), ("button-channel-refuse", "refuse")) if source.waits else (pause,)
    choices = (*agreed, rights)
    rows = tuple((Button(texts.plain(key), act("source", source.key, choice)),) for key, choice in choices)
    remove = Button(texts.plain("button-remove-source"), act("source", source.key, "remove"))
    back = Button(texts.plain("button-back"), act("sources", 0))
    return Screen(Html("\n".join(lines)), (*rows, (remove,), (back,)))


def asked_channel(source: Source, texts: Texts) -> Screen:
    """Ask whether the posts of a channel, whose administrator the bot has become, are to be news."""
    rows = (
        (Button(texts.plain("button-channel-take"), act("source", source.key, "go")),),
        (Button(texts.plain("button-channel-refuse"), act("source", source.key, "refuse")),),
    )
    return Screen(texts("source-channel-ask", name=cut(source.name, 100), address=source.url), rows)


def removing(source: Source, texts: Texts) -> Screen:
    """Ask whether to remove a source."""
    yes = Button(texts.plain("button-remove-yes"), act("source", source.key, "forget"), style="danger")
    back = Button(texts.plain("button-back"), act("source", source.key, "show"))
    return Screen(texts("source-remove-ask", name=cut(source.name, 100)), ((yes,), (back,)))


def found(one: DiscoveredSource, viewer: Viewer) -> Screen:
    """Show what was found behind an address, with its newest articles as readers will see them, and ask to keep it."""
    texts = viewer.texts
    kind = texts(f"source-kind-{one.source.kind}")
    rights = texts("source-rights-full" if one.source.full_text else "source-rights-lead")
    title = texts("source-line", name=cut(one.source.name, 100), state=kind)
    blocks = [Html(f"{title}\n{rights}"), texts("source-newest")]
    blocks += [_entry(entry, viewer) for entry in one.newest]
    blocks.append(texts("source-keep-ask"))
    rows = (
        (Button(texts.plain("button-keep"), act("keep")), Button(texts.plain("button-keep-not"), act("sources", 0))),
        (Button(texts.plain("button-source-address"), url=one.source.url),),
    )
    return Screen(Html("\n\n".join(blocks)), rows)


def fixing(article: Article, viewer: Viewer) -> Screen:
    """What an administrator can correct of an article by a tap, and how to correct its title."""
    texts = viewer.texts
    told = [topics.name(one.slug, texts.language) for one in article.topics if one.slug in topics.TOPICS]
    lines = [
        Html(f"<b>{escape(cut(article.title, 200))}</b>"),
        texts(
            "fix-now", language=LANGUAGE_NAMES.get(article.language, article.language), topics=", ".join(told) or "–"
        ),
        texts("fix-title", key=article.key),
    ]
    others = [code for code in LANGUAGE_NAMES if code != article.language]
    rows = [
        (Button(texts.plain("fix-language", name=LANGUAGE_NAMES[code]), act("fix", article.key, code)),)
        for code in others
    ]
    rows += [
        (
            Button(
                texts.plain("fix-topic", name=topics.short_name(one.slug, texts.language)),
                act("fix", article.key, one.slug),
            ),
        )
        for one in article.topics
        if one.slug in topics.TOPICS
    ]
    if article.story is not None:
        rows.append((Button(texts.plain("fix-split"), act("fix", article.key, "split")),))
    rows.append((Button(texts.plain("button-back"), act("card", article.key)),))
    return Screen(Html("\n\n".join(lines)), tuple(rows))


def report(notice: SourceNotice, texts: Texts) -> Html:
    """What administrators are told once about a source in trouble."""
    health, name = notice.source.health, cut(notice.source.name, 100)
    if notice.event == "silent":
        hours = ((health.checked_at or 0) - (health.last_article_at or 0)) // 3600
        return texts("report-silent", name=name, hours=hours, daily=round(health.rhythm.daily))
    if notice.event == "gone":
        return texts("report-gone", name=name)
    return texts("report-broken", name=name, why=why(health.failure or "", texts))


def _state(source: Source, texts: Texts) -> Html:
    health = source.health
    if source.waits:
        return texts("source-waits")
    if source.paused:
        return texts("source-paused")
    if health.failures:
        return texts("source-down", why=why(health.failure or "", texts))
    if health.checked_at is None:
        return texts("source-new")
    return texts("source-silent") if health.reported == "silent" else texts("source-fine")


def _entry(entry: Entry, viewer: Viewer) -> Html:
    when = published_text(entry.published, viewer.texts, viewer.zone, viewer.now)
    lines = [f"<b>{escape(cut(entry.title, 200))}</b>"]
    lines += [escape(when)] if when else []
    lines += [escape(cut(entry.body.partition("\n")[0], _LEAD_UNITS))] if entry.body else []
    return Html("\n".join(lines))


# The figures of /stats, as pictures or as text.

CHARTS: Final = ("readers", "delivered", "read", "unfound", "sources", "articles", "store")
_DAYS: Final = 30
_TOLD_DAYS: Final = 7
_BARS: Final = 8
_NAME_UNITS: Final = 22
_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Chart:
    """Data of a chart: lines or stacked columns over days, or bars by name; `labels` are days or names.

    A value is None for a day without data.
    """

    name: str
    title: str
    kind: Literal["lines", "stack", "bars"]
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[int | None, ...]], ...]


Counted = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Kind → label → day → number (`DailyCounts.since`)."""


def chart(name: str, counted: Counted, today: date, texts: Texts) -> Chart:
    """The chart with this name of CHARTS, for the last thirty days."""
    days = [(today - timedelta(days=back)).isoformat() for back in range(_DAYS)][::-1]
    title = texts.plain(f"stats-{name}")

    def over(kind: str, label: str, *, sums: bool = False, by: int = 1) -> tuple[int | None, ...]:
        found = counted.get(kind, {}).get(label, {})
        return tuple(found[day] // by if day in found else 0 if sums else None for day in days)

    def together(kinds: Sequence[str], labels: Sequence[str]) -> tuple[int | None, ...]:
        each = [over(kind, label, sums=True) for kind in kinds for label in labels]
        return tuple(sum(value or 0 for value in values) for values in zip(*each, strict=True))

    labels = tuple(f"{day[8:]}.{day[5:7]}" for day in days)
    match name:
        case "readers":
            return Chart(name, title, "lines", labels, ((title, over("readers", "")),))
        case "store":
            return Chart(name, title, "lines", labels, ((title, over("bytes", "", by=_MEGABYTE)),))
        case "delivered":
            series: tuple[tuple[str, tuple[int | None, ...]], ...] = (
                (texts.plain("stats-digests-sent"), together(["digest"], ["sent"])),
                (texts.plain("stats-alerts-sent"), together(["alert"], ["sent"])),
                (texts.plain("stats-not-sent"), together(["digest", "alert"], ["refused", "expired"])),
                (texts.plain("stats-unknown"), together(["digest", "alert"], ["unknown"])),
            )
            return Chart(name, title, "stack", labels, series)
        case "sources":
            states = tuple((texts.plain(f"stats-{one}"), over("sources", one)) for one in ("up", "down", "paused"))
            return Chart(name, title, "stack", labels, states)
        case "articles":
            spoken = sorted(counted.get("articles", {}))
            by_language = tuple((LANGUAGE_NAMES.get(one, one), over("articles", one)) for one in spoken)
            return Chart(name, title, "stack", labels, by_language)
    sums = {
        label: sum(number for day, number in found.items() if day >= days[0])
        for label, found in counted.get(name, {}).items()
    }
    most = sorted(((n, label) for label, n in sums.items() if n), key=lambda one: (-one[0], one[1]))[:_BARS]
    names = [topics.name(one, texts.language) if name == "read" and one in topics.TOPICS else one for _, one in most]
    return Chart(
        name, title, "bars", tuple(cut(one, _NAME_UNITS) for one in names), ((title, tuple(n for n, _ in most)),)
    )


def has_figures(one: Chart) -> bool:
    """Whether there is anything to draw; a line needs two days."""
    known = [value for _, values in one.series for value in values if value is not None]
    return len(known) > len(one.series) and any(known)


def figures(one: Chart, texts: Texts) -> Html:
    """A chart's figures as text; for charts over days only the last week."""
    lines = [Html(f"<b>{escape(one.title)}</b>"), Html("")]
    if not has_figures(one):
        return Html("\n".join([*lines, texts("stats-none")]))
    if one.kind == "bars":
        (_, values), *_ = one.series
        lines += [escape(f"{label} · {value}") for label, value in zip(one.labels, values, strict=True)]
        return Html("\n".join(lines))
    for place in range(len(one.labels) - _TOLD_DAYS, len(one.labels)):
        told = [(name, values[place]) for name, values in one.series]
        if len(told) == 1:
            parts = [str(value) for _, value in told if value is not None]
        else:
            parts = [f"{name.lower()} {value}" for name, value in told if value]
        if parts:
            lines.append(escape(f"{one.labels[place]} · {', '.join(parts)}"))
    return Html("\n".join(lines))


def chart_buttons(shown: Sequence[str], texts: Texts) -> ButtonRows:
    """A button for each of these charts."""
    return grid([Button(texts.plain(f"stats-{name}"), act("stats", name)) for name in shown], 2)
