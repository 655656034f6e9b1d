"""The search engine: postings, vocabulary, query expansion, ranking, snippets of titles.

In come articles to index and a parsed query. Out go keys of articles, best first, a cursor, and what was understood.
It stands on `storage.engine` alone; `storage.articles` turns keys into articles."""
