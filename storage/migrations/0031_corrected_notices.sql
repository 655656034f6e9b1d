-- A notice whose text changed is corrected in the messages that were sent: `fix` marks those.
ALTER TABLE deliveries ADD COLUMN fix INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deliveries_to_fix ON deliveries (chat_id, edition) WHERE fix = 1;
CREATE INDEX articles_changed ON articles (updated_at) WHERE updated_at > first_seen;
