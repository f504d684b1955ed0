-- Instants are microseconds since 1970 (UTC), days are YYYY-MM-DD, ids are UUID text.
CREATE TABLE organizations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    currency TEXT NOT NULL,
    zone TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    PRIMARY KEY (organization_id, user_id)
) STRICT;

CREATE TABLE sessions (
    token_hash BLOB NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    idle_expires_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
) STRICT;

CREATE TABLE write_keys (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    key_hash BLOB NOT NULL UNIQUE,
    PRIMARY KEY (organization_id, name)
) STRICT;

CREATE TABLE sources (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, key)
) STRICT;

CREATE TABLE imports (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    source_key TEXT NOT NULL,
    files TEXT NOT NULL,
    status TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    rows_read INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    message TEXT,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, source_key) REFERENCES sources (organization_id, key)
) STRICT;

CREATE INDEX imports_by_source ON imports (organization_id, source_key, started_at);

CREATE TABLE fx_rates (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    day TEXT NOT NULL,
    currency TEXT NOT NULL,
    rate_billionths INTEGER NOT NULL,
    PRIMARY KEY (organization_id, day, currency)
) STRICT;

CREATE TABLE attribution_settings (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    version INTEGER NOT NULL,
    settings TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, version)
) STRICT;

CREATE TABLE fields (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (organization_id, name)
) STRICT;
