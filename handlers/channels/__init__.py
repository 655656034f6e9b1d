"""Channels whose administrator the bot is: their posts come in as news, and news goes out to them.

In come a channel's posts, the rights the bot has there, and what its administrators choose in their private chat."""
