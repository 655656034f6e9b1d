-- What search looks in was made without these before. An index that puts off its work has every search walk through
-- what is put off; a word that is counted up needs room in its page, or its dead row lies in the way until a vacuum.
-- No line of a block may end with its semicolon: that is where statements are parted.
-- only: postgresql
DO $$ DECLARE one text; BEGIN
  FOR one IN SELECT relname FROM pg_class WHERE relname ~ '^search_[0-9]+_tokens$' AND pg_table_is_visible(oid)
  LOOP EXECUTE format('ALTER INDEX %I SET (fastupdate = off)', one); PERFORM gin_clean_pending_list(one::regclass); END
  LOOP; FOR one IN SELECT relname FROM pg_class
    WHERE relname ~ '^search_(words|terms)_[0-9]+$' AND relkind = 'r' AND pg_table_is_visible(oid)
  LOOP EXECUTE format('ALTER TABLE %I SET (fillfactor = 75)', one); END
  LOOP; END
$$;
-- only: both
