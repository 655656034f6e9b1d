"""What an article is about: its words read once, its topics, its places.

In comes a title with a text. Out go topics and places with the words that speak for them."""
