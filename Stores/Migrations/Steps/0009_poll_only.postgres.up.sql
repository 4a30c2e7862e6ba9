-- Commands that are not written to sockets any more, as several died of them. A constant default: no row is rewritten.
ALTER TABLE commands ADD COLUMN poll_only boolean NOT NULL DEFAULT false;
