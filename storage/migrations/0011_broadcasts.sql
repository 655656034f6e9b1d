-- What administrators send to all readers. `upto` is the last chat planned: rows of the ledger are made a few seconds'
-- worth at a time, so that no digest waits behind a broadcast. `screen` is the message that shows how it goes.
CREATE TABLE broadcasts (
    key {identity},
    chat_id {bigint} NOT NULL,
    content TEXT NOT NULL,
    language TEXT,
    state TEXT NOT NULL DEFAULT 'draft',
    screen {bigint},
    total INTEGER NOT NULL DEFAULT 0,
    upto {bigint} NOT NULL DEFAULT 0,
    at {bigint} NOT NULL
);
CREATE INDEX deliveries_broadcast ON deliveries (edition, state) WHERE form = 'broadcast';
