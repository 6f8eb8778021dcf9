-- Which installation's key wraps those in secret_key, and which one did before: by their marks, which say nothing of the
-- keys. One row. While nodes may lack a new key, it is here, wrapped by the one before.
CREATE TABLE installation_key (
    id          INTEGER PRIMARY KEY,
    mark        TEXT NOT NULL,
    previous    TEXT,
    changed_at  BIGINT NOT NULL,
    hand_over   ${bytes}
);

-- Servers that share this database, and when each last gave a sign of life.
CREATE TABLE node (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    version     TEXT NOT NULL,
    started_at  BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL
);
