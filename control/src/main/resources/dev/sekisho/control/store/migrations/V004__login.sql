-- What users log in with. Of everything that lets somebody in, only a hash is kept; TOTP seeds are sealed.
CREATE TABLE password (
    user_id         TEXT PRIMARY KEY REFERENCES app_user (id) ON DELETE CASCADE,
    hash            TEXT NOT NULL,
    must_change     INTEGER NOT NULL,
    changed_at      BIGINT NOT NULL
);

CREATE TABLE login_session (
    id              TEXT PRIMARY KEY,
    token_hash      ${bytes} NOT NULL UNIQUE,
    user_id         TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    csrf            TEXT NOT NULL,
    method          TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    seen_at         BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    factor_at       BIGINT,
    -- the permissions that this session may use; more come with a new secret
    permissions     TEXT NOT NULL,
    source          TEXT NOT NULL,
    user_agent      TEXT NOT NULL
);
CREATE INDEX login_session_user ON login_session (user_id);
CREATE INDEX login_session_expiry ON login_session (expires_at);

-- Browsers from which a user has logged in completely: their failures are counted apart.
CREATE TABLE known_device (
    id              TEXT PRIMARY KEY,
    user_id         TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    token_hash      ${bytes} NOT NULL UNIQUE,
    created_at      BIGINT NOT NULL,
    seen_at         BIGINT NOT NULL
);
CREATE INDEX known_device_user ON known_device (user_id);

-- One row per try that has not been followed by a success. The key makes two tries at the same moment count as two.
CREATE TABLE login_try (
    subject         TEXT NOT NULL,
    slot            BIGINT NOT NULL,
    at              BIGINT NOT NULL,
    PRIMARY KEY (subject, slot)
);
CREATE INDEX login_try_at ON login_try (at);

CREATE TABLE device_code (
    id              TEXT PRIMARY KEY,
    code_hash       ${bytes} NOT NULL UNIQUE,
    user_code       TEXT NOT NULL UNIQUE,
    client          TEXT NOT NULL,
    source          TEXT NOT NULL,
    user_id         TEXT REFERENCES app_user (id) ON DELETE CASCADE,
    state           TEXT NOT NULL,
    expires_at      BIGINT NOT NULL
);

CREATE TABLE factor (
    id              TEXT PRIMARY KEY,
    user_id         TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    kind            TEXT NOT NULL,
    name            TEXT NOT NULL,
    confirmed       INTEGER NOT NULL,
    -- TOTP: the sealed seed, the last step that was used
    sealed          ${bytes},
    last_step       BIGINT,
    -- passkey: what the authenticator registered
    credential_id   ${bytes} UNIQUE,
    credential      ${bytes},
    sign_count      BIGINT,
    created_at      BIGINT NOT NULL,
    last_used_at    BIGINT
);
CREATE INDEX factor_user ON factor (user_id);

CREATE TABLE recovery_code (
    user_id         TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    code_hash       ${bytes} NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE email_code (
    user_id         TEXT PRIMARY KEY REFERENCES app_user (id) ON DELETE CASCADE,
    code_hash       ${bytes} NOT NULL,
    expires_at      BIGINT NOT NULL
);

-- What an authenticator must sign: for one user, one purpose, once.
CREATE TABLE passkey_challenge (
    challenge_hash  ${bytes} PRIMARY KEY,
    user_id         TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    purpose         TEXT NOT NULL,
    name            TEXT NOT NULL,
    expires_at      BIGINT NOT NULL
);

-- Who must have which second factor: for everybody, a role, or a directory.
CREATE TABLE factor_policy (
    scope           TEXT PRIMARY KEY,
    required        TEXT NOT NULL,
    kinds           TEXT NOT NULL
);

CREATE TABLE api_token (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    owner_id        TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    token_hash      ${bytes} NOT NULL UNIQUE,
    scopes          TEXT NOT NULL,
    sources         TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT,
    last_used_at    BIGINT,
    last_source     TEXT
);
CREATE INDEX api_token_owner ON api_token (owner_id);
