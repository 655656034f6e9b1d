-- What an administrator said of an article by hand: it holds whatever its source or a newer analysis says. NULL: nothing.
-- `apart`: it stands in no story but its own. `topics` is a JSON list of slugs.
CREATE TABLE corrections (
    key {bigint} PRIMARY KEY,
    title TEXT,
    language TEXT,
    topics TEXT,
    apart INTEGER NOT NULL DEFAULT 0,
    at {bigint} NOT NULL
);
