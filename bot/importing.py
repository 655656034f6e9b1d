"""`qala import`: entries from files into the store, batch by batch."""

from collections.abc import Callable, Iterable

from news.filing import file_entry
from news.models import Entry, Filed, Imported, Rejected
from storage import Storage

_BATCH = 200


async def import_entries(
    entries: Iterable[Entry | Rejected], store: Storage, now: int, progress: Callable[[int], None] = lambda _: None
) -> Imported:
    """Store entries; what cannot be stored is named with its reason. A batch is in the store whole or not at all.

    `progress` is told how many entries are done. Raises StorageError; earlier batches stay.
    """
    total = Imported()
    batch: list[Filed] = []
    done = 0
    for entry in entries:
        done += 1
        filed = entry if isinstance(entry, Rejected) else file_entry(entry)
        if isinstance(filed, Rejected):
            total.rejected.append(filed)
            continue
        batch.append(filed)
        if len(batch) >= _BATCH:
            _add(total, await store.articles.save(batch, now))
            batch = []
            progress(done)
    if batch:
        _add(total, await store.articles.save(batch, now))
    progress(done)
    return total


def _add(total: Imported, part: Imported) -> None:
    total.new += part.new
    total.updated += part.updated
    total.duplicate += part.duplicate
    total.rejected += part.rejected
