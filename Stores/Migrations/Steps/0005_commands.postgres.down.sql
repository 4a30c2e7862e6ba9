-- Drops every command, open ones too; devices and their log stay.
DROP TABLE commands;
DROP INDEX devices_with_commands;
ALTER TABLE devices DROP COLUMN commands_open;
ALTER TABLE devices DROP COLUMN command_number;
