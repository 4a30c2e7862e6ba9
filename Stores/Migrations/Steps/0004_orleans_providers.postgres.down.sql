-- Drops enrolment keys and reminders with their tables; devices that joined by a key stay. Twins register their
-- reminders anew when they next come online.
DROP TABLE grain_state; DROP TABLE reminders; DROP SEQUENCE reminder_versions; DROP TABLE OrleansQuery;
