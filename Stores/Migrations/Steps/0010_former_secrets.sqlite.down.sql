-- Secrets that were replaced are over.
ALTER TABLE devices DROP COLUMN former_credential;
ALTER TABLE devices DROP COLUMN credential_replaced_at;
ALTER TABLE devices DROP COLUMN former_credential_until;
ALTER TABLE devices DROP COLUMN credential_used;
