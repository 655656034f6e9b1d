"""The search engine: postings, vocabulary, query expansion, and the order of what was found.

Articles to index and a parsed query come in. Keys of articles leave, best first, with a cursor and what was understood.
It uses only `storage.engine`; `storage.articles` turns keys into articles."""
