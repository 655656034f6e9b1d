"""News comes in: addresses are fetched with care, strangers' bytes are parsed in child processes.

Due sources come in, and archives that an operator names. Articles leave, through `news.feeds.ingest`, into the store.
All code that fetches from sites or parses a stranger's bytes is here, and so are the limits on it."""
