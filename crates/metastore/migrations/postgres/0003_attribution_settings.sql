-- From when on a version of the attribution settings holds (NULL: for all history), who saved it, and why.
ALTER TABLE attribution_settings ADD COLUMN applies_from BIGINT;
ALTER TABLE attribution_settings ADD COLUMN saved_by TEXT;
ALTER TABLE attribution_settings ADD COLUMN note TEXT;
