-- Users, roles, who has which. Names are unique whatever their case: name_key is the name in NFKC and lower case.
CREATE TABLE app_user (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    name_key        TEXT NOT NULL UNIQUE,
    search_key      TEXT NOT NULL,
    display_name    TEXT NOT NULL,
    email           TEXT,
    directory       TEXT NOT NULL,
    disabled        INTEGER NOT NULL,
    locked_until    BIGINT,
    service         INTEGER NOT NULL,
    created_at      BIGINT NOT NULL,
    last_login_at   BIGINT,
    version         BIGINT NOT NULL
);

CREATE TABLE role (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    name_key        TEXT NOT NULL UNIQUE,
    description     TEXT NOT NULL,
    built_in        INTEGER NOT NULL,
    version         BIGINT NOT NULL
);

CREATE TABLE role_permission (
    role_id         TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    permission      TEXT NOT NULL,
    PRIMARY KEY (role_id, permission)
);

-- Whoever has the role also has its parents.
CREATE TABLE role_parent (
    role_id         TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    parent_id       TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    PRIMARY KEY (role_id, parent_id)
);
CREATE INDEX role_parent_parent ON role_parent (parent_id);

CREATE TABLE role_member (
    role_id         TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    user_id         TEXT NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, role_id)
);
CREATE INDEX role_member_role ON role_member (role_id);
