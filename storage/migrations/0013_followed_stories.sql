-- Who follows or muted a story, found when it is merged into another: without reading everybody's choices.
CREATE INDEX subscriptions_to_stories ON subscriptions (value) WHERE kind = 'story';
CREATE INDEX muted_stories ON muted (value) WHERE kind = 'story';
