-- When the session in force was opened: what is said of it elsewhere ends with it.
ALTER TABLE devices ADD COLUMN session_opened_at TEXT NULL;
