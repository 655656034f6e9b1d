-- On how many pages of a site (a host, or `folder:` and its name) a line was seen (news/repeats.py); line 0 counts the
-- pages. `seen_at`: UTC seconds.
CREATE TABLE repeated_lines (
    site TEXT NOT NULL,
    line {bigint} NOT NULL,
    pages INTEGER NOT NULL,
    seen_at {bigint} NOT NULL,
    PRIMARY KEY (site, line)
) {clustered};
CREATE INDEX repeated_lines_by_pages ON repeated_lines (site, pages);
