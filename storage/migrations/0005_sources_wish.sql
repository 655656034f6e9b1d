-- When the source's own server would not mind the next look (UTC seconds).
ALTER TABLE sources ADD COLUMN not_before {bigint} NOT NULL DEFAULT 0;
