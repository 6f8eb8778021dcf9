-- Keys that wrap the data keys of sealed values, themselves wrapped by the installation's key, which is not in here.
-- More than one row: a rotation is under way.
CREATE TABLE secret_key (
    version     BIGINT PRIMARY KEY,
    wrapped     ${bytes} NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE secret (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    description TEXT NOT NULL,
    sealed      ${bytes} NOT NULL,
    created_at  BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL
);
