"""Many items of an archive read one after another: parsed, analysed, each site's furniture learnt on the way."""

import logging
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from news.archive import Raw, parse_raw
from news.clean import counting
from news.filing import file_entry
from news.models import Entry, Filed, Rejected
from news.repeats import PAGES, Furniture, learn

log = logging.getLogger("qala.bulk")


class Learnt(NamedTuple):
    """What a page teaches of its site: the name it was read by, and the hashes of its lines."""

    site: str
    name: str
    lines: frozenset[int]


@dataclass(frozen=True, slots=True)
class Bulk:
    """What came of items, in their order, what they teach, and what was made harmless (news.clean.counting)."""

    filed: list[Filed | Rejected] = field(default_factory=list)
    learnt: list[Learnt] = field(default_factory=list)
    harmless: Counter[str] = field(default_factory=Counter)


def _parsed(raw: Raw, furniture: Furniture) -> Entry | Rejected:
    try:
        return parse_raw(raw, furniture)
    except MemoryError:
        raise  # the child ends, and each item goes alone
    except Exception as error:  # a bug of ours with one item: it must not stop its neighbours
        log.exception("%s cannot be read", raw.name)
        return Rejected(raw.name, f"{type(error).__name__}: {error}"[:300])


def file_raws(
    _: bytes, raws: Sequence[Raw], known: Mapping[str, Mapping[int, int]] | None = None, counted: Collection[str] = ()
) -> Bulk:
    """Parse and analyse items. `known`: counts of lines by site; `counted`: names of pages that are among them."""
    counts = {site: dict(lines) for site, lines in (known or {}).items()}
    names = set(counted)
    bulk = Bulk()
    with counting() as harmless:
        for raw in raws:
            own = counts.setdefault(raw.site, {})
            furniture = Furniture(own, counted=raw.name in names)
            entry = _parsed(raw, furniture)
            filed = entry if isinstance(entry, Rejected) else file_entry(entry)
            bulk.filed.append(filed)
            if raw.site and raw.name not in names and isinstance(filed, Filed):
                names.add(raw.name)
                own.update(learn({PAGES, *furniture.lines}, own))
                bulk.learnt.append(Learnt(raw.site, raw.name, frozenset(furniture.lines)))
    bulk.harmless.update(harmless)
    return bulk
