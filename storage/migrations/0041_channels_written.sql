-- A channel that news goes out to; who it is for, and when, stands in `subscribers` as for any chat. `stories`: 1 where
-- every story comes as it arrives; `silent`: 1 where posts make no sound at night; `signature`: the last line, '' none.
CREATE TABLE channels (
    chat_id {bigint} PRIMARY KEY,
    title TEXT NOT NULL,
    name TEXT,
    stories INTEGER NOT NULL DEFAULT 1,
    silent INTEGER NOT NULL DEFAULT 1,
    signature TEXT NOT NULL DEFAULT ''
);

-- Who set a channel up and hears what is wrong there. `asked_at`: when they were asked for its signature (UTC seconds).
CREATE TABLE channel_keepers (
    channel {bigint} PRIMARY KEY,
    chat_id {bigint} NOT NULL,
    asked_at {bigint}
);
CREATE INDEX channel_keepers_by_chat ON channel_keepers (chat_id);

-- A post is a row of rank 2 and form 'post' or 'post-photo' for as long as it stands: planned once more, with its
-- `message_id`, it is changed; 'withdrawn' it is no more. `article`: what it begins with; `said`: a digest of what it
-- says, or 'withdraw' where it is to go.
ALTER TABLE deliveries ADD COLUMN article {bigint};
ALTER TABLE deliveries ADD COLUMN said TEXT;
CREATE INDEX deliveries_posts ON deliveries (planned_at) WHERE rank = 2;
CREATE INDEX deliveries_by_article ON deliveries (article) WHERE rank = 2;
CREATE INDEX articles_hidden ON articles (updated_at) WHERE hidden = 1;
