-- The newest time at which somebody worked on this store, so that a start with a wrong clock is noticed. It begins with
-- what the devices' rows say: that is read once, here.
CREATE TABLE clock_seen (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), at TEXT NOT NULL);
INSERT INTO clock_seen SELECT 1, max(updated_at) FROM devices HAVING max(updated_at) IS NOT NULL;
