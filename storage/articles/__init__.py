"""Articles, the stories they belong to, the sources they came from, and lines that sites repeat.

In comes what `news.filing` has prepared. Out come articles as `news.models` has them. Saving an article files it into
its story and into the index in the same transaction."""
