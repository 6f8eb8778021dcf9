-- Held by the one transaction that writes (PostgreSQL); nothing stands in it.
CREATE TABLE write_turn (
    holder      TEXT
);

-- The append-only audit log: one row per event, a leaf of the Merkle tree each.
CREATE TABLE audit_record (
    seq         BIGINT PRIMARY KEY,
    at          BIGINT NOT NULL,
    actor       TEXT NOT NULL,
    actor_id    TEXT,
    via         TEXT NOT NULL,
    source      TEXT NOT NULL,
    action      TEXT NOT NULL,
    target      TEXT NOT NULL,
    details     TEXT NOT NULL,
    hash        ${bytes} NOT NULL
);
CREATE INDEX audit_record_at ON audit_record (at);
CREATE INDEX audit_record_action ON audit_record (action, seq);
CREATE INDEX audit_record_actor ON audit_record (actor, seq);
CREATE INDEX audit_record_target ON audit_record (target, seq);

-- Hashes of complete subtrees of 256, 65536, .. leaves: what lies between is computed when a proof is asked for.
CREATE TABLE audit_node (
    level       BIGINT NOT NULL,
    position    BIGINT NOT NULL,
    hash        ${bytes} NOT NULL,
    PRIMARY KEY (level, position)
);

-- The size of the tree and the hashes of its complete subtrees, largest first: all that appending needs. One row.
CREATE TABLE audit_head (
    id          BIGINT PRIMARY KEY,
    size        BIGINT NOT NULL,
    peaks       ${bytes} NOT NULL
);

-- What the log was at some moments, signed.
CREATE TABLE audit_checkpoint (
    size        BIGINT PRIMARY KEY,
    at          BIGINT NOT NULL,
    note        TEXT NOT NULL
);

-- Where records are sent, and up to which one they were.
CREATE TABLE audit_stream (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL UNIQUE,
    settings    TEXT NOT NULL,
    enabled     INTEGER NOT NULL,
    sent        BIGINT NOT NULL,
    version     BIGINT NOT NULL
);
