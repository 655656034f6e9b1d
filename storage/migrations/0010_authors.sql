-- Who wrote an article, and the section its site puts it in, as printed.
ALTER TABLE articles ADD COLUMN author TEXT;
ALTER TABLE articles ADD COLUMN section TEXT;
