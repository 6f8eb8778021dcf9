-- Devices, IP resources, grants, requests and the settings of the network.

-- One row. The key is sealed.
CREATE TABLE network_settings (
    id                    INTEGER PRIMARY KEY CHECK (id = 1),
    enabled               INTEGER NOT NULL,
    interface_name        TEXT NOT NULL,
    listen_port           INTEGER NOT NULL,
    public_address        TEXT,
    addresses             TEXT NOT NULL,
    dns                   TEXT,
    mtu                   INTEGER NOT NULL,
    subnets               TEXT NOT NULL,
    network_interfaces    TEXT NOT NULL,
    mfa_inactivity        BIGINT NOT NULL,
    mfa_maximum_age       BIGINT,
    mfa_timeout           BIGINT NOT NULL,
    scan_threshold        INTEGER NOT NULL,
    scan_window           BIGINT NOT NULL,
    max_own_devices       INTEGER NOT NULL,
    pending_devices       INTEGER NOT NULL,
    server_key            ${bytes} NOT NULL,
    server_public_key     TEXT NOT NULL,
    mail_subject          TEXT NOT NULL,
    mail_body             TEXT NOT NULL,
    version               BIGINT NOT NULL
);

-- Whoever has one of these roles gets a device at the first login.
CREATE TABLE enrollment_role (
    role_id  TEXT PRIMARY KEY REFERENCES role (id) ON DELETE CASCADE
);

CREATE TABLE resource (
    id                   TEXT PRIMARY KEY,
    name                 TEXT NOT NULL,
    name_key             TEXT NOT NULL,
    search_key           TEXT NOT NULL,
    cidr                 TEXT NOT NULL,
    ports                TEXT NOT NULL,
    protocol             TEXT NOT NULL,
    decoy                INTEGER NOT NULL,
    description          TEXT NOT NULL,
    approvals            INTEGER NOT NULL,
    approver_role_id     TEXT REFERENCES role (id) ON DELETE SET NULL,
    max_duration_seconds BIGINT NOT NULL,
    ticket_pattern       TEXT NOT NULL,
    created_at           BIGINT NOT NULL,
    version              BIGINT NOT NULL
);
CREATE UNIQUE INDEX resource_name ON resource (name_key);
-- A search looks at all of it and at nothing else.
CREATE INDEX resource_search ON resource (name_key, search_key, id);

-- Whose members may request a resource.
CREATE TABLE resource_requester (
    resource_id  TEXT NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    role_id      TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (resource_id, role_id)
);
CREATE INDEX resource_requester_role ON resource_requester (role_id, resource_id);

-- Given to exactly one of user, role and network.
CREATE TABLE access_grant (
    id           TEXT PRIMARY KEY,
    resource_id  TEXT NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    user_id      TEXT REFERENCES app_user (id) ON DELETE CASCADE,
    role_id      TEXT REFERENCES role (id) ON DELETE CASCADE,
    network      TEXT,
    deny         INTEGER NOT NULL,
    mfa          INTEGER NOT NULL,
    from_at      BIGINT,
    until_at     BIGINT,
    weekly       TEXT,
    comment      TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    created_by   TEXT NOT NULL,
    version      BIGINT NOT NULL,
    CHECK ((CASE WHEN user_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN role_id IS NULL THEN 0 ELSE 1 END)
        + (CASE WHEN network IS NULL THEN 0 ELSE 1 END) = 1)
);
CREATE INDEX access_grant_resource ON access_grant (resource_id, id);
CREATE INDEX access_grant_user ON access_grant (user_id, id);
CREATE INDEX access_grant_role ON access_grant (role_id, id);
CREATE INDEX access_grant_until ON access_grant (until_at);
CREATE INDEX access_grant_network ON access_grant (network) WHERE network IS NOT NULL;
CREATE INDEX access_grant_comment ON access_grant (comment) WHERE comment <> '';

-- The preshared key is sealed. The private key is never here.
CREATE TABLE device (
    id             TEXT PRIMARY KEY,
    user_id        TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    name           TEXT NOT NULL,
    name_key       TEXT NOT NULL,
    public_key     TEXT NOT NULL UNIQUE,
    preshared_key  ${bytes},
    state          TEXT NOT NULL,
    own            INTEGER NOT NULL,
    expires_at     BIGINT,
    created_at     BIGINT NOT NULL,
    version        BIGINT NOT NULL
);
CREATE UNIQUE INDEX device_name ON device (user_id, name_key);
CREATE INDEX device_sort ON device (name_key, id);

CREATE TABLE device_address (
    address    TEXT PRIMARY KEY,
    device_id  TEXT NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    place      INTEGER NOT NULL
);
CREATE INDEX device_address_device ON device_address (device_id, place);

-- Devices that pass nothing, with the evidence: one target a line.
CREATE TABLE device_lock (
    device_id  TEXT PRIMARY KEY REFERENCES device (id) ON DELETE CASCADE,
    reason     TEXT NOT NULL,
    comment    TEXT NOT NULL,
    locked_by  TEXT NOT NULL,
    at         BIGINT NOT NULL,
    targets    TEXT NOT NULL
);

CREATE TABLE access_request (
    id                TEXT PRIMARY KEY,
    resource_id       TEXT NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    user_id           TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    reason            TEXT NOT NULL,
    ticket            TEXT NOT NULL,
    duration_seconds  BIGINT NOT NULL,
    approvals         INTEGER NOT NULL,
    state             TEXT NOT NULL,
    opened_at         BIGINT NOT NULL,
    expires_at        BIGINT NOT NULL,
    access_until      BIGINT,
    grant_id          TEXT REFERENCES access_grant (id) ON DELETE SET NULL,
    version           BIGINT NOT NULL
);
CREATE INDEX access_request_user ON access_request (user_id, id);
CREATE INDEX access_request_state ON access_request (state, expires_at);

CREATE TABLE access_vote (
    request_id  TEXT NOT NULL REFERENCES access_request (id) ON DELETE CASCADE,
    user_id     TEXT NOT NULL,
    user_name   TEXT NOT NULL,
    approve     INTEGER NOT NULL,
    comment     TEXT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (request_id, user_id)
);
