-- The secret that was replaced and is good for a while: until when, since when, and whether the present one has been
-- used since. A silo of the former version leaves these columns alone and takes the present secret only.
ALTER TABLE devices ADD COLUMN former_credential text NULL;
ALTER TABLE devices ADD COLUMN credential_replaced_at timestamptz NULL;
ALTER TABLE devices ADD COLUMN former_credential_until timestamptz NULL;
ALTER TABLE devices ADD COLUMN credential_used boolean NULL;
