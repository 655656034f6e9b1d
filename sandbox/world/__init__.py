"""State and events: chats, people, updates, the clock, limits and faults.

What people do and what bots send comes in. Updates for bots and events for people leave. There is no HTTP here."""
