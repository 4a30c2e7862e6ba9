-- The secret that was replaced and is good for a while: until when, since when, and whether the present one has been
-- used since. A silo of the former version leaves these columns alone and takes the present secret only.
ALTER TABLE devices ADD COLUMN former_credential TEXT NULL;
ALTER TABLE devices ADD COLUMN credential_replaced_at TEXT NULL;
ALTER TABLE devices ADD COLUMN former_credential_until TEXT NULL;
ALTER TABLE devices ADD COLUMN credential_used INTEGER NULL;
