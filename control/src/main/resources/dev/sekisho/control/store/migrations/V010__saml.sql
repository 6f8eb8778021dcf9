-- Logins at other sites are kept in one place, whatever the protocol.
ALTER TABLE oidc_login RENAME TO pending_login;

-- Assertions that were used, until nobody could bring them again.
CREATE TABLE saml_assertion (
    id_hash         TEXT PRIMARY KEY,
    expires_at      BIGINT NOT NULL
);
CREATE INDEX saml_assertion_expiry ON saml_assertion (expires_at);
