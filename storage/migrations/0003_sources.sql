-- Where news comes from, and what polling remembers of it (UTC seconds). kind: 'feed', 'sitemap', 'page'.
-- `reported`: the trouble administrators were told of: 'silent', 'broken', 'gone'. `rhythm`: JSON, see news/rhythm.py.
CREATE TABLE sources (
    key {identity},
    url TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT,
    city TEXT,
    full_text INTEGER NOT NULL DEFAULT 0,
    topics TEXT NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    poll_interval INTEGER,
    etag TEXT,
    last_modified TEXT,
    next_check_at {bigint} NOT NULL,
    checked_at {bigint},
    failures INTEGER NOT NULL DEFAULT 0,
    failure TEXT,
    down_since {bigint},
    last_article_at {bigint},
    reported TEXT,
    moved_to TEXT,
    moved_seen INTEGER NOT NULL DEFAULT 0,
    rhythm TEXT NOT NULL
);
CREATE INDEX sources_due ON sources (next_check_at) WHERE paused = 0;

-- What each source has shown already, so that an item whose address or text changes stays the same article.
-- `guid` is a digest of the source's own name for the item; `tries`: how often its page could not be read.
CREATE TABLE source_items (
    source_key {bigint} NOT NULL REFERENCES sources (key) ON DELETE CASCADE,
    guid TEXT NOT NULL,
    article TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    first_seen {bigint} NOT NULL,
    listed_at {bigint} NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_key, guid)
);
CREATE INDEX source_items_by_listed ON source_items (source_key, listed_at);
CREATE INDEX source_items_by_article ON source_items (source_key, article);
