"""Archives: files, folders, WARC and JSON lines to articles, item by item in bounded memory.

Paths and streams come in. Entries leave with positions, so that an interrupted import can go on where it stopped."""
