"""Captured pages and HTML to articles: which lines are the article, and what the rest says of it.

In comes a page, as lines of text or as HTML. Out goes an `Entry`, or the reason why there is none. A line is judged by
its words (`boilerplate`), its shape (`shapes`) and its neighbours (`capture`, `stretch`)."""
