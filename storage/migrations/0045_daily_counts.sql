-- What is counted by the day, so that nobody reads the whole ledger to say it: never who, only how many.
CREATE TABLE daily_counts (
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    n {bigint} NOT NULL,
    PRIMARY KEY (day, kind, label)
) {clustered};
-- only: sqlite
INSERT INTO daily_counts (day, kind, label, n)
SELECT strftime('%Y-%m-%d', updated_at, 'unixepoch'),
    CASE form WHEN 'broadcast' THEN 'broadcast' WHEN 'alert' THEN 'alert' ELSE 'digest' END, state, count(*)
FROM deliveries WHERE state IN ('sent', 'refused', 'expired', 'unknown') AND updated_at IS NOT NULL GROUP BY 1, 2, 3;
-- only: postgresql
INSERT INTO daily_counts (day, kind, label, n)
SELECT to_char(to_timestamp(updated_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
    CASE form WHEN 'broadcast' THEN 'broadcast' WHEN 'alert' THEN 'alert' ELSE 'digest' END, state, count(*)
FROM deliveries WHERE state IN ('sent', 'refused', 'expired', 'unknown') AND updated_at IS NOT NULL GROUP BY 1, 2, 3;
-- only: both
