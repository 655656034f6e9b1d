"""News comes in: addresses are fetched with care, strangers' bytes are parsed in child processes.

In come sources that are due, and archives an operator names. Out go articles, through `news.feeds.ingest`, into the
store. Whatever touches the network or a stranger's bytes is in this room, and what it may do there is limited here."""
