-- Drops the times; the sessions go on.
ALTER TABLE devices DROP COLUMN session_opened_at;
