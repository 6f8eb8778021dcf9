-- What somebody may reach is counted and paged without looking at the grants themselves.
CREATE INDEX access_grant_user_resource ON access_grant (user_id, resource_id, until_at);
CREATE INDEX access_grant_role_resource ON access_grant (role_id, resource_id, until_at);
CREATE INDEX resource_decoy ON resource (id) WHERE decoy = 1;
