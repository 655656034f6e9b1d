"""Text with marks: HTML, Markdown, rich messages, links and keyboards, by Telegram's own rules.

A bot's text comes in as it was written. Text with entities or blocks leaves, or a refusal with Telegram's sentence."""
