"""The databases: one seam of five verbs, SQLite and PostgreSQL behind it, migrations, backups.

In come SQL statements of the other rooms of `storage`, with `$1` for values. Out go rows. Nothing here knows what an
article or a reader is. Whoever writes to a SQLite file holds the write lock."""
