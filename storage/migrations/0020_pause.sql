-- `away_until`: UTC seconds before which nothing comes by itself: no digest, no alert; null or past: nothing is paused.
ALTER TABLE subscribers ADD COLUMN away_until {bigint};
