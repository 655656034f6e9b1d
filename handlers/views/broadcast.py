"""A broadcast as administrators see it: to whom, really, how it goes."""

from collections.abc import Mapping

from handlers.views.actions import act
from handlers.views.screen import Button, Screen
from locales import LANGUAGE_NAMES, Html, Texts
from storage.broadcasts import Broadcast


def ask(key: int, readers: Mapping[str, int], texts: Texts) -> Screen:
    """To whom it goes; it stands under the message as readers will see it."""
    languages = tuple(
        Button(texts.plain("broadcast-some", name=LANGUAGE_NAMES[code], count=count), act("broadcast", key, code))
        for code, count in sorted(readers.items())
        if code in LANGUAGE_NAMES
    )
    rows = (
        (Button(texts.plain("broadcast-all", count=sum(readers.values())), act("broadcast", key, "all")),),
        *((languages,) if languages else ()),
        (Button(texts.plain("button-cancel"), act("broadcast", key, "stop")),),
    )
    return Screen(texts("broadcast-ask"), rows)


def sure(key: int, total: int, texts: Texts) -> Screen:
    """The second tap: after it nothing can be taken back."""
    go = Button(texts.plain("broadcast-go"), act("broadcast", key, "go"))
    rows = (
        (go,),
        (
            Button(texts.plain("button-back"), act("broadcast", key, "ask")),
            Button(texts.plain("button-cancel"), act("broadcast", key, "stop")),
        ),
    )
    return Screen(texts("broadcast-sure", count=total), rows)


def progress(one: Broadcast, counts: Mapping[str, int], texts: Texts, *, gone: bool = False) -> Screen:
    """How a broadcast goes or went."""
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
    stop = Button(texts.plain("broadcast-stop"), act("broadcast", one.key, "stop"))
    return Screen(Html("\n\n".join(parts)), ((stop,),) if one.state == "running" else ())
