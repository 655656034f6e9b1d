"""The delivery ledger: whose digest is due, what it holds, one row for each message, and its outcome.

In come decisions of `bot.sending.planning` and outcomes of `bot.sending.delivery`. Out come rows to send. A row is
written before anything is sent; what was sent once is never sent again."""
