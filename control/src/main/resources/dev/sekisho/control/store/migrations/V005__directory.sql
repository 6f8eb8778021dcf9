-- User directories beside the internal one. The secret (bind password, client secret) is sealed.
CREATE TABLE directory (
    id              TEXT PRIMARY KEY,
    kind            TEXT NOT NULL,
    name            TEXT NOT NULL,
    name_key        TEXT NOT NULL UNIQUE,
    enabled         INTEGER NOT NULL,
    secret          ${bytes},
    version         BIGINT NOT NULL
);

CREATE TABLE directory_setting (
    directory_id    TEXT NOT NULL REFERENCES directory (id) ON DELETE CASCADE,
    name            TEXT NOT NULL,
    value           TEXT NOT NULL,
    PRIMARY KEY (directory_id, name)
);

-- Whoever is in the group has the role.
CREATE TABLE directory_group_role (
    directory_id    TEXT NOT NULL REFERENCES directory (id) ON DELETE CASCADE,
    group_name      TEXT NOT NULL,
    role_id         TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (directory_id, group_name)
);
CREATE INDEX directory_group_role_role ON directory_group_role (role_id);

-- Under which name somebody is known here. The subject is what the directory never gives to a second person.
CREATE TABLE directory_person (
    directory_id    TEXT NOT NULL REFERENCES directory (id) ON DELETE CASCADE,
    subject         TEXT NOT NULL,
    name_key        TEXT NOT NULL,
    gone            INTEGER NOT NULL,
    seen_at         BIGINT NOT NULL,
    PRIMARY KEY (directory_id, subject),
    UNIQUE (directory_id, name_key)
);

-- Logins at a provider that are under way, each for one browser. Only hashes: nobody who reads this can finish one.
CREATE TABLE oidc_login (
    state_hash      TEXT PRIMARY KEY,
    directory_id    TEXT NOT NULL REFERENCES directory (id) ON DELETE CASCADE,
    browser_hash    TEXT NOT NULL,
    target          TEXT NOT NULL,
    expires_at      BIGINT NOT NULL
);
CREATE INDEX oidc_login_expiry ON oidc_login (expires_at);
