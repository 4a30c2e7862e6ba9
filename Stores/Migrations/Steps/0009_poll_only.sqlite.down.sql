-- They are written to sockets again.
ALTER TABLE commands DROP COLUMN poll_only;
