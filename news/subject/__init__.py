"""What an article is about: its words read once, its topics, its places.

A title and a text come in. Topics and places leave, with the words that gave them."""
