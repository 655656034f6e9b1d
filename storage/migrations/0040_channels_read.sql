-- The Telegram channel whose posts come to the bot by themselves, because it is an administrator of it; NULL: polled.
ALTER TABLE sources ADD COLUMN channel_id {bigint};
CREATE UNIQUE INDEX sources_by_channel ON sources (channel_id) WHERE channel_id IS NOT NULL;
