"""Channels whose administrator the bot is: their posts come in as news, and news goes out to them.

A channel's posts come in, the bot's rights there, and what administrators choose in their private chat."""
