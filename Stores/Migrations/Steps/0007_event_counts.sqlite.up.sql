-- How many transitions each customer has in the log, as far as they have been counted: up to event_counted.through.
-- Nobody keeps this when a transition is written or goes with its device; a round counts what is new, and again before
-- it forgets anything.
CREATE TABLE event_counts (customer_id TEXT NOT NULL PRIMARY KEY, events INTEGER NOT NULL, bytes INTEGER NOT NULL);
CREATE TABLE event_counted (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), through INTEGER NOT NULL);
INSERT INTO event_counted VALUES (1, 0);
