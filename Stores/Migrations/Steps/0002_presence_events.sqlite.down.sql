-- Drops the log of transitions; the devices keep their present status and seq. All of it counts as pruned, and a log
-- made anew goes on from there: a reader's old cursor is answered, and never by other transitions than those after it.
UPDATE customers SET events_pruned_through = COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'presence_events'), 0);
DROP TABLE presence_events;
