-- Where from a device did what it was locked for. Targets are lines: a destination and, since this version, when it was
-- last tried.
ALTER TABLE device_lock ADD COLUMN endpoint TEXT NOT NULL DEFAULT '';

-- Locks that somebody took away, with the evidence as it was.
CREATE TABLE past_lock (
    id              TEXT PRIMARY KEY,
    device_id       TEXT NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    reason          TEXT NOT NULL,
    comment         TEXT NOT NULL,
    locked_by       TEXT NOT NULL,
    at              BIGINT NOT NULL,
    targets         TEXT NOT NULL,
    endpoint        TEXT NOT NULL,
    unlocked_at     BIGINT NOT NULL,
    unlocked_by     TEXT NOT NULL,
    unlock_comment  TEXT NOT NULL
);
CREATE INDEX past_lock_device ON past_lock (device_id, id);

-- Links that hand a configuration out once. The configuration is sealed, and gone (null) once the link has ended; of the
-- link's secret there is a hash only.
CREATE TABLE device_link (
    id           TEXT PRIMARY KEY,
    device_id    TEXT NOT NULL REFERENCES device (id) ON DELETE CASCADE,
    secret_hash  ${bytes} NOT NULL,
    config       ${bytes},
    state        TEXT NOT NULL,
    maker_id     TEXT,
    maker        TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT,
    fetched_from TEXT NOT NULL
);
CREATE INDEX device_link_device ON device_link (device_id, id);
CREATE INDEX device_link_due ON device_link (state, expires_at);
