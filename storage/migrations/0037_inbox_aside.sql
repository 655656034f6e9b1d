-- Updates set aside are few among the ids of a week; operators count them.
CREATE INDEX inbox_aside ON inbox (update_id) WHERE reason IS NOT NULL;
