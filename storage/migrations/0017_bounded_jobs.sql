-- What bells, operators and /deletedata look for, found without walking through a large table.
CREATE INDEX articles_by_language ON articles (language) WHERE hidden = 0;
CREATE INDEX subscribers_by_audience ON subscribers (audience) WHERE audience IS NOT NULL;
CREATE INDEX compositions_by_audience ON compositions (audience);
CREATE INDEX deliveries_ended ON deliveries (planned_at) WHERE state NOT IN ('planned', 'sending') AND owed = 0;
CREATE INDEX story_traces_kept ON story_traces (at) WHERE length(trace) > 0;
CREATE INDEX deliveries_composed ON deliveries (composition) WHERE state = 'planned';
