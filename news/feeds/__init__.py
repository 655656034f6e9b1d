"""News from sources: formats of feeds, what a listing brings that is new, when to ask again.

In come documents that a `Fetcher` brought. Out go entries to store, and each source's new state. `ingest` is the one
async file of `news`; everything else here decides on plain data."""
