-- The programs at work on this database, each with its last sign of life (UTC milliseconds by its own clock). The one
-- that has been at work longest leads; `since` begins anew after a silence.
CREATE TABLE replicas (
    name TEXT PRIMARY KEY,
    since {bigint} NOT NULL,
    beat_at {bigint} NOT NULL
);
