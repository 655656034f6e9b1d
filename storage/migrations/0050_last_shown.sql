-- What each private chat was shown last, so that a word may name it after a restart and to every replica: `at` (UTC
-- seconds), the JSON of its buttons, and of the last ones with numbers, if those are others. A row is written with what
-- marks the chat's update as handled.
CREATE TABLE last_shown (chat_id {bigint} PRIMARY KEY, at {bigint} NOT NULL, keyboard TEXT NOT NULL, listed TEXT);
