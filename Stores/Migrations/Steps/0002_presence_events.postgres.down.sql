-- Drops the log of transitions; the devices keep their present status and seq. All of it counts as pruned, and a log
-- made anew goes on from there: a reader's old cursor is answered, and never by other transitions than those after it.
UPDATE customers SET events_pruned_through =
    (SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM presence_events_id_seq);
DROP TABLE presence_events;
