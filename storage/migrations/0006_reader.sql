-- What a chat keeps for later.
CREATE TABLE saved (
    chat_id {bigint} NOT NULL,
    key {bigint} NOT NULL,
    saved_at {bigint} NOT NULL,
    PRIMARY KEY (chat_id, key)
);

-- What a chat does not want: kind 'topic' (slug), 'source' (name) or 'story' (id).
CREATE TABLE muted (
    chat_id {bigint} NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (chat_id, kind, value)
);

-- How often a chat opened articles of a topic: what tunes its digest. No article and no hour is kept.
CREATE TABLE interests (
    chat_id {bigint} NOT NULL,
    topic TEXT NOT NULL,
    opened INTEGER NOT NULL,
    PRIMARY KEY (chat_id, topic)
);

-- One reaction a chat and article: 'like', 'sorry' or 'outrage'; counted for the story.
CREATE TABLE reactions (
    chat_id {bigint} NOT NULL,
    key {bigint} NOT NULL,
    reaction TEXT NOT NULL,
    PRIMARY KEY (chat_id, key)
);
CREATE INDEX reactions_by_key ON reactions (key);

-- Choices of how news is shown: languages of news ('ru', 'kk' or 'ru,kk'), the city's slug, pictures on or off.
ALTER TABLE subscribers ADD COLUMN news_languages TEXT NOT NULL DEFAULT 'ru,kk';
ALTER TABLE subscribers ADD COLUMN city TEXT;
ALTER TABLE subscribers ADD COLUMN pictures INTEGER NOT NULL DEFAULT 1;
