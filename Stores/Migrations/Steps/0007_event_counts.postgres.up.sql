-- How many transitions each customer has in the log, as far as they have been counted: up to event_counted.through.
-- Nobody keeps this when a transition is written or goes with its device; a round counts what is new, and again before
-- it forgets anything.
CREATE TABLE event_counts (customer_id text COLLATE "C" NOT NULL PRIMARY KEY, events bigint NOT NULL, bytes bigint NOT NULL);
CREATE TABLE event_counted (one boolean NOT NULL PRIMARY KEY CHECK (one), through bigint NOT NULL);
INSERT INTO event_counted VALUES (true, 0);
