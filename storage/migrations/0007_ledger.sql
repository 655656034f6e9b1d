-- When and how a chat's digest comes. `minutes`: minutes of the local day, by commas, empty: no digest; `days`: bits,
-- bit 0 is Monday; `late`: 'send', 'merge', 'skip'; `form`: 'plain', 'rich'. `decided_until`: UTC seconds up to which
-- every slot is an edition or a recorded skip. `audience` and `composition` name what this chat shares with others: null
-- audience is worked out when its digest is due; the composition is the last one it got and holds what it has had.
-- `owed`: 1 where stories of an unknown delivery are to come once more. `struck_at`: Telegram did not find the chat.
ALTER TABLE subscribers ADD COLUMN minutes TEXT NOT NULL DEFAULT '';
ALTER TABLE subscribers ADD COLUMN days INTEGER NOT NULL DEFAULT 127;
ALTER TABLE subscribers ADD COLUMN quiet_from INTEGER;
ALTER TABLE subscribers ADD COLUMN quiet_to INTEGER;
ALTER TABLE subscribers ADD COLUMN late TEXT NOT NULL DEFAULT 'send';
ALTER TABLE subscribers ADD COLUMN length INTEGER NOT NULL DEFAULT 10;
ALTER TABLE subscribers ADD COLUMN form TEXT NOT NULL DEFAULT 'plain';
ALTER TABLE subscribers ADD COLUMN says_nothing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN decided_until {bigint};
ALTER TABLE subscribers ADD COLUMN audience {bigint};
ALTER TABLE subscribers ADD COLUMN composition {bigint};
ALTER TABLE subscribers ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN struck_at {bigint};
UPDATE subscribers SET minutes = CAST(digest_minute AS TEXT), decided_until = next_digest_at - 1
    WHERE digest_minute IS NOT NULL;
ALTER TABLE subscribers DROP COLUMN digest_minute;
DROP INDEX subscribers_due;
CREATE INDEX subscribers_due ON subscribers (next_digest_at, chat_id)
    WHERE next_digest_at IS NOT NULL AND state = 'active';

-- What readers share who would get the same stories: `description` is JSON of a news.digest.Audience.
CREATE TABLE audiences (key {identity}, description TEXT NOT NULL UNIQUE);

-- An edition's stories, made once for all readers of one audience and one history. `since` and `until`: UTC seconds looked
-- through; `content`: JSON of a news.digest.Chosen; `had`: JSON list of the article keys its readers have had lately,
-- these included; `previous`: the composition its readers had before. Histories that become the same share a row again.
CREATE TABLE compositions (
    key {identity},
    fingerprint TEXT NOT NULL UNIQUE,
    audience {bigint} NOT NULL,
    previous {bigint},
    since {bigint} NOT NULL,
    until {bigint} NOT NULL,
    content TEXT NOT NULL,
    had TEXT NOT NULL
);
CREATE INDEX compositions_by_until ON compositions (until);

-- The delivery ledger: one row a (chat, edition, part), written in the transaction that decides it.
-- state: planned, sending (committed before the socket is written), then one of sent, refused, expired, unknown; or at
-- once empty (nothing was new) or skipped (a missed slot). `again`: JSON list of article keys that may be a repeat.
-- `owed`: 1 where nobody knows whether it arrived and its stories are to come once more.
DROP TABLE deliveries;
CREATE TABLE deliveries (
    chat_id {bigint} NOT NULL,
    edition TEXT NOT NULL,
    part INTEGER NOT NULL,
    state TEXT NOT NULL,
    composition {bigint},
    form TEXT NOT NULL DEFAULT 'plain',
    again TEXT,
    owed INTEGER NOT NULL DEFAULT 0,
    planned_at {bigint} NOT NULL,
    updated_at {bigint} NOT NULL,
    message_id {bigint},
    reason TEXT,
    PRIMARY KEY (chat_id, edition, part)
) {clustered};
CREATE INDEX deliveries_planned ON deliveries (planned_at, chat_id) WHERE state = 'planned';
CREATE INDEX deliveries_sending ON deliveries (chat_id) WHERE state = 'sending';
CREATE INDEX deliveries_owed ON deliveries (chat_id) WHERE owed = 1;

-- Updates that were acknowledged to Telegram. `body` is the update's JSON until it is handled, then null; `reason` says
-- what was wrong with one that was set aside.
CREATE TABLE inbox (
    update_id {bigint} PRIMARY KEY,
    received_at {bigint} NOT NULL,
    body TEXT,
    reason TEXT
);
CREATE INDEX inbox_waiting ON inbox (update_id) WHERE body IS NOT NULL;
CREATE INDEX inbox_by_received ON inbox (received_at);
