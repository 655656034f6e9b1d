"""The delivery ledger: whose digest is due, what it holds, one row for each message, and its outcome.

Decisions of `bot.sending.planning` and outcomes of `bot.sending.delivery` come in. Rows to send leave. A row is
written before anything is sent. What was sent once is never sent again."""
