"""Messages go out: what is due becomes rows of the ledger, rows become messages, and the rate is kept.

In come due chats and planned rows from `storage.ledger`. Out go requests to Telegram, each with its outcome written
back. The one rate limiter, the circuit breaker and the reading of Telegram's answers live here; no other room waits."""
