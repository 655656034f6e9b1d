"""Messages go out: what is due becomes rows of the ledger, rows become messages, and the rate is kept.

Due chats and planned rows come in from `storage.ledger`. Requests to Telegram leave, and each outcome is written back.
The only rate limiter, the circuit breaker and the reading of Telegram's answers live here."""
