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
