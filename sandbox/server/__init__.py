"""The local Telegram over HTTP: the Bot API, webhooks, the chat page, and the people's side for tests.

In come requests of a bot, a browser or a test. Out go answers in the words of Telegram's own server."""
