-- only: sqlite
CREATE VIRTUAL TABLE search USING fts5 (terms, tokenize = 'unicode61');
-- only: both
