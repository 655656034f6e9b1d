-- A chat's share of the token's budget: before `next_at` (UTC microseconds) its messages are given away.
CREATE TABLE chat_budgets (chat_id {bigint} PRIMARY KEY, next_at {bigint} NOT NULL);
