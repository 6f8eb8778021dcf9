-- What each server has in force, why it could not put something in force the last time that it couldn't, and whether it
-- was told that one gives no sign of life.
ALTER TABLE node ADD COLUMN policy_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE node ADD COLUMN trouble TEXT;
ALTER TABLE node ADD COLUMN trouble_since BIGINT;
ALTER TABLE node ADD COLUMN trouble_at BIGINT;
ALTER TABLE node ADD COLUMN trouble_over INTEGER NOT NULL DEFAULT 0;
ALTER TABLE node ADD COLUMN told_silent INTEGER NOT NULL DEFAULT 0;

-- From which network a login at another site was begun: each has a share of those under way.
ALTER TABLE pending_login ADD COLUMN source TEXT NOT NULL DEFAULT '';
CREATE INDEX pending_login_source ON pending_login (source, expires_at);
