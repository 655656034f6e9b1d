"""The local Telegram over HTTP: the Bot API, webhooks, the chat page, and the people's side for tests.

Requests of a bot, a browser or a test come in. Answers leave in the words of Telegram's own server."""
