"""Text of strangers made harmless and taken apart: bytes to letters, markup to text, sentences, dates, citations.

In come bytes and text from anywhere. Out goes clean text, and what is said in it. Knows the languages and no page."""
