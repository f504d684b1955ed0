-- Instants are microseconds since 1970 (UTC), days are YYYY-MM-DD, ids are UUID text.
CREATE TABLE organizations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    currency TEXT NOT NULL,
    zone TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE memberships (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);

CREATE TABLE sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
);

CREATE TABLE write_keys (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    key_hash BYTEA NOT NULL UNIQUE,
    PRIMARY KEY (organization_id, name)
);

CREATE TABLE sources (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, key)
);

CREATE TABLE imports (
    organization_id TEXT NOT NULL,
    id TEXT NOT NULL,
    source_key TEXT NOT NULL,
    files TEXT NOT NULL,
    status TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    rows_read BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    message TEXT,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, source_key) REFERENCES sources (organization_id, key)
);

CREATE INDEX imports_by_source ON imports (organization_id, source_key, started_at);

CREATE TABLE fx_rates (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    day TEXT NOT NULL,
    currency TEXT NOT NULL,
    rate_billionths BIGINT NOT NULL,
    PRIMARY KEY (organization_id, day, currency)
);

CREATE TABLE attribution_settings (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    version BIGINT NOT NULL,
    settings TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, version)
);

CREATE TABLE fields (
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (organization_id, name)
);
