"""Captured pages and HTML to articles: which lines are the article, and what the rest says of it.

A page comes in, as lines of text or as HTML. An `Entry` leaves, or the reason why there is none. A line is judged by
its
words (`boilerplate`), and by its look, place and neighbours (`line_features`, `line_labels`)."""
