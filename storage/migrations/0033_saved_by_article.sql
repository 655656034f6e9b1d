-- Whether anybody keeps an article: those are not forgotten with their age.
CREATE INDEX saved_by_article ON saved (key);
