-- What is to be sent: mails, alerts, notices. The message is sealed: it may hold links and codes.
CREATE TABLE outbox (
    id         TEXT PRIMARY KEY,
    channel    TEXT NOT NULL,
    subject    TEXT NOT NULL,
    message    ${bytes} NOT NULL,
    state      TEXT NOT NULL,
    attempts   INTEGER NOT NULL,
    next_at    BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    ended_at   BIGINT,
    last_error TEXT NOT NULL
);
CREATE INDEX outbox_due ON outbox (state, next_at);

-- Alert channels: where events are told. Settings are JSON, sealed: they may hold tokens.
CREATE TABLE alert_channel (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    kind     TEXT NOT NULL,
    settings ${bytes} NOT NULL,
    events   TEXT NOT NULL,
    enabled  INTEGER NOT NULL,
    version  BIGINT NOT NULL
);

-- One row: the mail server. The password is sealed with the rest.
CREATE TABLE mail_settings (
    id       INTEGER PRIMARY KEY,
    settings ${bytes} NOT NULL,
    version  BIGINT NOT NULL
);

-- Browsers that take push messages. The keys are sealed with the endpoint.
CREATE TABLE push_subscription (
    id            TEXT PRIMARY KEY,
    user_id       TEXT NOT NULL,
    endpoint_hash ${bytes} NOT NULL UNIQUE,
    label         TEXT NOT NULL,
    keys          ${bytes} NOT NULL,
    made_at       BIGINT NOT NULL,
    last_used_at  BIGINT
);
CREATE INDEX push_subscription_user ON push_subscription (user_id);

-- One row: the key pair that identifies this server to push services (VAPID), sealed.
CREATE TABLE push_key (
    id   INTEGER PRIMARY KEY,
    pair ${bytes} NOT NULL
);

-- A user's own webhook or ntfy topic for challenges, sealed.
CREATE TABLE notice_target (
    user_id  TEXT PRIMARY KEY,
    settings ${bytes} NOT NULL,
    version  BIGINT NOT NULL
);
