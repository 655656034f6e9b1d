-- The article whose text this one reprints: always a first publication, never itself a reprint.
ALTER TABLE articles ADD COLUMN copy_of {bigint};
UPDATE articles SET copy_of = (SELECT c.copy_of FROM story_copies c WHERE c.key = articles.key)
    WHERE key IN (SELECT key FROM story_copies);
UPDATE articles SET copy_of = COALESCE((SELECT c.copy_of FROM story_copies c WHERE c.key = articles.copy_of), copy_of)
    WHERE copy_of IS NOT NULL;
CREATE INDEX articles_by_copy ON articles (copy_of) WHERE copy_of IS NOT NULL;
DROP TABLE story_copies;
