-- Whom administrators banned: nothing they say is heard, nothing is sent to them. A restore keeps it (data_map.py), which
-- may have made it already in a copy that did not know of it.
CREATE TABLE IF NOT EXISTS banned (chat_id {bigint} PRIMARY KEY, at {bigint} NOT NULL);
-- When a broadcast that was put off begins; NULL: it was not.
ALTER TABLE broadcasts ADD COLUMN starts_at {bigint};
