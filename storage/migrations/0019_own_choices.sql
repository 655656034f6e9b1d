-- `only_asked`: 1 where a digest holds nothing but what the reader subscribed to; words, tags and stories otherwise add
-- to it. `city_asked_at`: UTC seconds at which they were asked for their city: a town typed soon after is the answer.
-- `fewer`: 1 where a muted topic or source is not hidden but may stand once in a digest.
ALTER TABLE subscribers ADD COLUMN only_asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE subscribers ADD COLUMN city_asked_at {bigint};
ALTER TABLE muted ADD COLUMN fewer INTEGER NOT NULL DEFAULT 0;
UPDATE subscribers SET audience = NULL;
