-- Devices that have signed in and not used it sign in again; the sessions in force go on.
ALTER TABLE devices DROP COLUMN next_session_id;
ALTER TABLE devices DROP COLUMN next_session_epoch;
ALTER TABLE devices DROP COLUMN next_session_issued_at;
