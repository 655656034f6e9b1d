"""The databases: one seam of five verbs, SQLite and PostgreSQL behind it, migrations, backups.

SQL statements of the other rooms of `storage` come in, with `$1` for values. Rows leave. Nothing here knows what an
article or a reader is. Whoever writes to a SQLite file holds the write lock."""
