-- A topic of a forum is a subscriber of its own: `forum` is the chat it is written to in, `thread` the topic there.
-- What keeps the bot from writing is told to an administrator once: `told_paused` is when.
ALTER TABLE subscribers ADD COLUMN forum {bigint};
ALTER TABLE subscribers ADD COLUMN thread {bigint};
ALTER TABLE subscribers ADD COLUMN paused_at {bigint};
ALTER TABLE subscribers ADD COLUMN told_paused {bigint};
CREATE INDEX subscribers_of_forum ON subscribers (forum) WHERE forum IS NOT NULL;
CREATE INDEX subscribers_paused ON subscribers (paused_at, chat_id) WHERE state = 'paused';
