"""Updates come in: long polling or webhook, the order in which they are handled, and who is asking.

In come Telegram's updates, over its API or our own web server. Out goes each update, once, to a handler, and nothing
is acknowledged before it is handled or kept. This room knows `bot.sending` for its answers; it knows no news."""
