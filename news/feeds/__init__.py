"""News from sources: formats of feeds, what a listing brings that is new, when to ask again.

Documents that a `Fetcher` brought come in. Entries to store leave, and each source's new state. `ingest` is the only
async file of `news`; everything else here decides on plain data."""
