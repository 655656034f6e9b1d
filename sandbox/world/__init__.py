"""What there is and what happens: chats, people, updates, the clock, limits and faults.

In come what people do and what bots send. Out go updates to bots and events to people. No HTTP here."""
