-- The log is bounded by its age alone again.
DROP TABLE event_counts; DROP TABLE event_counted;
