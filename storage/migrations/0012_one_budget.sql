-- How a program at work takes updates in: 'webhook' (any number beside each other) or 'polling' (one, alone).
ALTER TABLE replicas ADD COLUMN intake TEXT NOT NULL DEFAULT 'webhook';

-- Which program took an update in; once it is no more among the replicas, the leader adopts what is not handled.
ALTER TABLE inbox ADD COLUMN holder TEXT;

-- The token's budget, one row: before `next_at` (UTC microseconds by the database's clock) all moments are given away.
CREATE TABLE budget (one INTEGER PRIMARY KEY, next_at {bigint} NOT NULL);
