-- Challenges: somebody is asked for a second factor. One row per question; a key has one open question at most.
CREATE TABLE challenge (
    id            TEXT PRIMARY KEY,
    purpose       TEXT NOT NULL,
    open_key      TEXT UNIQUE,
    user_id       TEXT NOT NULL,
    user_name     TEXT NOT NULL,
    device        TEXT NOT NULL,
    resource      TEXT NOT NULL,
    target        TEXT NOT NULL,
    protocol      TEXT NOT NULL,
    source        TEXT NOT NULL,
    number        INTEGER NOT NULL,
    choices       TEXT NOT NULL,
    wrong_numbers INTEGER NOT NULL,
    link_hash     ${bytes},
    state         TEXT NOT NULL,
    method        TEXT,
    opened_at     BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    settled_at    BIGINT
);
CREATE INDEX challenge_user ON challenge (user_id, opened_at);
CREATE INDEX challenge_open ON challenge (state, expires_at);
