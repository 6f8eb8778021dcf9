-- The address as a text whose order is that of addresses: family, 32 hexadecimal digits, prefix length. The server fills
-- in what is empty when it starts.
ALTER TABLE resource ADD COLUMN cidr_key TEXT NOT NULL DEFAULT '';
CREATE INDEX resource_address ON resource (cidr_key, id);
CREATE INDEX resource_protocol ON resource (protocol, id);
