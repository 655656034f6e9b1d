CREATE TABLE schema_migrations (name TEXT PRIMARY KEY);

-- An article. `position` grows with the time of publication and orders every list; `published_at` is UTC seconds of an
-- instant, `published_day` an ISO day where only the day is known; both null: nothing was printed.
CREATE TABLE articles (
    key {identity},
    id TEXT NOT NULL UNIQUE,
    position {bigint} NOT NULL UNIQUE,
    url TEXT,
    title TEXT NOT NULL,
    lead TEXT NOT NULL,
    language TEXT NOT NULL,
    published_at {bigint},
    published_day TEXT,
    source TEXT,
    tags TEXT NOT NULL,
    cited TEXT NOT NULL,
    topics TEXT NOT NULL,
    views INTEGER,
    image TEXT,
    first_seen {bigint} NOT NULL,
    updated_at {bigint} NOT NULL,
    fingerprint TEXT NOT NULL,
    analysis_version INTEGER NOT NULL,
    story {bigint},
    hidden INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL -- last: search reads what stands before it without walking through long texts
);
CREATE INDEX articles_by_url ON articles (url);
CREATE INDEX articles_by_first_seen ON articles (first_seen);
CREATE INDEX articles_by_story ON articles (story);
CREATE INDEX articles_by_version ON articles (analysis_version);

-- Which articles are about a topic or carry a tag, newest first. kind: 'topic' (slug) or 'tag' (folded).
CREATE TABLE article_labels (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    position {bigint} NOT NULL,
    key {bigint} NOT NULL,
    PRIMARY KEY (kind, value, position)
);
CREATE INDEX article_labels_by_key ON article_labels (key);

-- A chat that talks with the bot. state: 'active', 'blocked' (settings are kept for their return).
-- `digest_minute` is the minute of the local day, null: no digest; `next_digest_at` and `last_edition_at` UTC seconds.
CREATE TABLE subscribers (
    chat_id {bigint} PRIMARY KEY,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    language_chosen INTEGER NOT NULL DEFAULT 0,
    timezone TEXT NOT NULL,
    digest_minute INTEGER,
    next_digest_at {bigint},
    last_edition_at {bigint},
    state TEXT NOT NULL DEFAULT 'active',
    created_at {bigint} NOT NULL
);
CREATE INDEX subscribers_due ON subscribers (next_digest_at) WHERE next_digest_at IS NOT NULL;

-- What a chat asked for. kind: 'topic' (slug), 'tag' (folded), 'word' (as typed).
CREATE TABLE subscriptions (
    chat_id {bigint} NOT NULL REFERENCES subscribers (chat_id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (chat_id, kind, value)
);

-- The delivery ledger: one row a (chat, edition), written before sending.
-- state: planned, sending, sent, refused, unknown, expired. `articles` is a JSON list of keys.
CREATE TABLE deliveries (
    chat_id {bigint} NOT NULL,
    edition TEXT NOT NULL,
    state TEXT NOT NULL,
    articles TEXT NOT NULL,
    planned_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL,
    message_id {bigint},
    reason TEXT,
    PRIMARY KEY (chat_id, edition)
);
CREATE INDEX deliveries_open ON deliveries (state) WHERE state IN ('planned', 'sending');

-- Small facts about the installation itself.
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
