"""Every word a person sees in Telegram or on the chat page."""
