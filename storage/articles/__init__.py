"""Articles, the stories they belong to, the sources they came from, and lines that sites repeat.

Entries prepared by `news.filing` come in. Articles of `news.models` leave. Saving an article also puts it into its
story and into the index, in the same transaction."""
