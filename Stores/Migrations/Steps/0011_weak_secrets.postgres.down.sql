DROP INDEX IF EXISTS devices_weak;
