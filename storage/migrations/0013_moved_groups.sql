-- The id a supergroup had as a group: what was on its way there ends here, and the news of the move may come twice.
ALTER TABLE subscribers ADD COLUMN moved_from {bigint};
CREATE INDEX subscribers_moved ON subscribers (moved_from) WHERE moved_from IS NOT NULL;
