"""Updates come in: long polling or webhook, the order in which they are handled, and who is asking.

Telegram's updates come in, over its API or our own web server. Each update leaves once, to a handler. None is
acknowledged before it is handled or stored. This room uses `bot.sending` for its answers; it knows nothing of news."""
