-- What replicas keep in memory is forgotten by this log. A transaction that touches one of these tables writes into it,
-- whoever runs it; the writers' lock puts the numbers in the order of the commits. `touched` has the last 20 bits of the
-- rows' ids, so that it names no chat; NULL stands for the whole table. Of long transactions only that is noted.
-- only: postgresql
CREATE TABLE store_changes (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL,
    touched INTEGER[]
);
CREATE FUNCTION note_store_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids INTEGER[];
    noted INTEGER;
    noting TEXT := 'qala.noted_' || TG_TABLE_NAME;
    latest BIGINT;
BEGIN
    noted := coalesce(nullif(current_setting(noting, true), ''), '0');
    IF noted > 20 THEN RETURN NULL; END IF;
    IF TG_TABLE_NAME = 'articles' THEN
        SELECT array_agg(one) INTO ids FROM (SELECT key & 1048575 AS one FROM changed LIMIT 201) AS few;
    ELSE
        SELECT array_agg(one) INTO ids FROM (SELECT chat_id & 1048575 AS one FROM changed LIMIT 201) AS few;
        IF TG_OP = 'UPDATE' THEN
            SELECT array_agg(DISTINCT one) INTO ids FROM (
                SELECT unnest(ids) AS one
                UNION ALL (SELECT chat_id & 1048575 FROM written LIMIT 201)
            ) AS both_sides;
        END IF;
    END IF;
    IF ids IS NULL THEN RETURN NULL; END IF;
    IF noted = 20 OR cardinality(ids) > 200 THEN ids := NULL; noted := 20; END IF;
    PERFORM set_config(noting, (noted + 1)::TEXT, true);
    PERFORM pg_advisory_xact_lock(1363233857);
    INSERT INTO store_changes (name, touched) VALUES (TG_TABLE_NAME, ids) RETURNING number INTO latest;
    IF latest % 500 = 0 THEN DELETE FROM store_changes WHERE number < latest - 1000; END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER subscribers_inserted AFTER INSERT ON subscribers REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_store_change();
CREATE TRIGGER subscribers_updated AFTER UPDATE ON subscribers REFERENCING OLD TABLE AS changed NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION note_store_change();
CREATE TRIGGER subscribers_deleted AFTER DELETE ON subscribers REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_store_change();
CREATE TRIGGER subscriptions_inserted AFTER INSERT ON subscriptions REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_store_change();
CREATE TRIGGER subscriptions_updated AFTER UPDATE ON subscriptions REFERENCING OLD TABLE AS changed NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION note_store_change();
CREATE TRIGGER subscriptions_deleted AFTER DELETE ON subscriptions REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_store_change();
CREATE TRIGGER articles_inserted AFTER INSERT ON articles REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_store_change();
CREATE TRIGGER articles_updated AFTER UPDATE ON articles REFERENCING OLD TABLE AS changed NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION note_store_change();
CREATE TRIGGER articles_deleted AFTER DELETE ON articles REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_store_change();
-- only: both
