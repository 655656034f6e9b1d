-- `urgent_at_night`: 1 where outages and emergencies come in quiet hours too; they wait for their end where nobody chose it.
ALTER TABLE subscribers ADD COLUMN urgent_at_night INTEGER NOT NULL DEFAULT 0;
