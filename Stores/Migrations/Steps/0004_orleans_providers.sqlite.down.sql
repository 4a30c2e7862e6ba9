-- Drops enrolment keys with their table; devices that joined by a key stay.
DROP TABLE grain_state; DROP TABLE OrleansQuery;
