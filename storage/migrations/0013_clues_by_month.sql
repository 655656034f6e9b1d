-- Clues lie by months of 30 days: an archive comes by its dates, and the articles of a batch then touch a few pages of
-- this table together, not each some thirty pages of its own anywhere in it.
-- only: sqlite
CREATE TABLE clues_by_month (
    month INTEGER NOT NULL, clue INTEGER NOT NULL, at INTEGER NOT NULL, key INTEGER NOT NULL,
    PRIMARY KEY (month, clue, at, key)
) WITHOUT ROWID;
-- only: postgresql
CREATE TABLE clues_by_month (
    month BIGINT NOT NULL, clue BIGINT NOT NULL, at BIGINT NOT NULL, key BIGINT NOT NULL,
    PRIMARY KEY (month, clue, at, key)
);
-- only: both
INSERT INTO clues_by_month (month, clue, at, key)
    SELECT at / 2592000, clue, at, key FROM story_clues ORDER BY at / 2592000, clue, at, key;
DROP TABLE story_clues;
ALTER TABLE clues_by_month RENAME TO story_clues;
