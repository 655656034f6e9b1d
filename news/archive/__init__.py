"""Archives: files, folders, WARC and JSON lines to articles, item by item in bounded memory.

In come paths and streams. Out come entries with positions, so that an interrupted import goes on where it stopped."""
