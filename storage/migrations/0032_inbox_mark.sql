-- What an update's text was, as a number, with the bot it came to: ids begin anew with another bot, another token, or a
-- server that lost its memory. NULL: an older version kept it.
ALTER TABLE inbox ADD COLUMN mark {bigint};
