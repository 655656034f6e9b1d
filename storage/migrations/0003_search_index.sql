-- The tables of search are made by storage/search.py, a set for each version of the analysis.
-- only: sqlite
DROP TABLE search;
-- only: both
