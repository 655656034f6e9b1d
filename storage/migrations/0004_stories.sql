-- A story: two or more articles on one event. `opened_at` and `last_at` are UTC seconds of its first and newest article.
CREATE TABLE stories (
    id {identity},
    opened_at {bigint} NOT NULL,
    last_at {bigint} NOT NULL
);
CREATE INDEX stories_by_last ON stories (last_at);

-- What an article is compared by (news/traces.py). `at` is UTC seconds of publication; undated articles leave none.
CREATE TABLE story_traces (key {bigint} PRIMARY KEY, at {bigint} NOT NULL, trace BYTEA NOT NULL);

-- The telling words an article is found by when a new one comes: rare ones only, so that a look-up stays small.
-- only: sqlite
CREATE TABLE story_clues (
    clue INTEGER NOT NULL, at INTEGER NOT NULL, key INTEGER NOT NULL, PRIMARY KEY (clue, at, key)
) WITHOUT ROWID;
-- only: postgresql
CREATE TABLE story_clues (
    clue BIGINT NOT NULL, at BIGINT NOT NULL, key BIGINT NOT NULL, PRIMARY KEY (clue, at, key)
);
-- only: both

-- An article whose text another one printed before.
CREATE TABLE story_copies (key {bigint} PRIMARY KEY, copy_of {bigint} NOT NULL);

-- Headlines an article had until UTC seconds `until`.
CREATE TABLE headlines (key {bigint} NOT NULL, until {bigint} NOT NULL, title TEXT NOT NULL, PRIMARY KEY (key, until));
