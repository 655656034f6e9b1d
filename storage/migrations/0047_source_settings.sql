-- What an operator chose for a source: a header that opens it (a secret, never exported), the most bytes of an answer,
-- and by what its items are told apart; NULL: nothing, our own limit, our own judgement.
ALTER TABLE sources ADD COLUMN secret TEXT;
ALTER TABLE sources ADD COLUMN most_bytes INTEGER;
ALTER TABLE sources ADD COLUMN identity TEXT;
