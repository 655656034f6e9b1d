-- The IANA name of the zone of a source's clocks where they print none; NULL: Kazakhstan's.
ALTER TABLE sources ADD COLUMN zone TEXT;
