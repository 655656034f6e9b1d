"""Text with marks: HTML, Markdown, rich messages, links and keyboards, by Telegram's own rules.

In comes text as a bot wrote it. Out goes text with entities or blocks, or a refusal with Telegram's sentence."""
