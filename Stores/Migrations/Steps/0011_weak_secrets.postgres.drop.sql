-- An index that a fault left half made is made anew. By itself: what works beside the writes of a living table stands
-- in no transaction.
DROP INDEX CONCURRENTLY IF EXISTS devices_weak;
