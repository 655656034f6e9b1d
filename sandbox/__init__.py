"""A local Telegram: Bot API server, chat page and sample news."""
