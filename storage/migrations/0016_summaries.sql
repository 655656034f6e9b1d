-- What an article's card says of it, worked out when it is filed; null: it was filed before that was done.
ALTER TABLE articles ADD COLUMN summary TEXT;
