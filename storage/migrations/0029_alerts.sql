-- What is followed at once, each phrase once however many follow it: kind and value as in `subscriptions`, `wordings`
-- is JSON of how it is said in each language by the analysis of that version.
CREATE TABLE watches (
    key {identity},
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    wordings TEXT,
    analysis INTEGER NOT NULL DEFAULT 0,
    UNIQUE (kind, value)
);
CREATE INDEX watches_by_analysis ON watches (analysis, key);

-- `watch`: null where it comes with the digest; else it comes at once, and this is its row in `watches` (0: a story,
-- which is found by its own number).
ALTER TABLE subscriptions ADD COLUMN watch {bigint};
CREATE INDEX subscriptions_watching ON subscriptions (watch, chat_id) WHERE watch IS NOT NULL;

-- `alerts_a_day`: how many come at once, the others with the digest; `urgent`: 1 where outages and emergencies come at
-- once. `alerted`: JSON list of the articles told at once since the last digest, so that it tells none of them as new;
-- `alerts_had`: how many alerts they had on the local day `alerts_on`.
ALTER TABLE subscribers ADD COLUMN alerts_a_day INTEGER NOT NULL DEFAULT 10;
ALTER TABLE subscribers ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN alerted TEXT;
ALTER TABLE subscribers ADD COLUMN alerts_on TEXT;
ALTER TABLE subscribers ADD COLUMN alerts_had INTEGER NOT NULL DEFAULT 0;
CREATE INDEX subscribers_urgent ON subscribers (chat_id) WHERE urgent = 1 AND state = 'active';

-- `rank`: who goes first: 0 urgent alerts, 1 alerts, 2 posts of channels, 3 digests, 4 broadcasts. An alert is a row of
-- form 'alert' whose `again` lists its articles; state 'held' waits until `held_until` (quiet hours), 'merged' went with
-- another row, 'rolled' comes with the digest. `reply_to`: the message it continues; `until`: UTC seconds after which
-- it says nothing any more; `repeated`: 1 where it is sent once more after a crash.
ALTER TABLE deliveries ADD COLUMN rank INTEGER NOT NULL DEFAULT 3;
ALTER TABLE deliveries ADD COLUMN held_until {bigint};
ALTER TABLE deliveries ADD COLUMN reply_to {bigint};
ALTER TABLE deliveries ADD COLUMN until {bigint};
ALTER TABLE deliveries ADD COLUMN repeated INTEGER NOT NULL DEFAULT 0;
UPDATE deliveries SET rank = 4 WHERE form = 'broadcast';
DROP INDEX deliveries_planned;
CREATE INDEX deliveries_planned ON deliveries (rank, planned_at, chat_id) WHERE state = 'planned';
CREATE INDEX deliveries_held ON deliveries (held_until, chat_id) WHERE state = 'held';
CREATE INDEX deliveries_alert ON deliveries (edition, chat_id) WHERE form = 'alert';
