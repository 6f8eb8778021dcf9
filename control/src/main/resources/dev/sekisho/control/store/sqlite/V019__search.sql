-- Where a text stands in the middle of a word: an index of three characters each (FTS5's trigrams), one for each table
-- that is searched. What is indexed is copied, under numbers of its own: those of the tables themselves are not kept by
-- every copy of a database. Triggers keep both as the tables are, also when rows go with others. What is removed is gone
-- from the index too.

CREATE TABLE app_user_text (
    n     INTEGER PRIMARY KEY,
    id    TEXT NOT NULL UNIQUE,
    name  TEXT NOT NULL,
    text  TEXT NOT NULL
);
INSERT INTO app_user_text (id, name, text) SELECT id, name_key, search_key FROM app_user;
CREATE VIRTUAL TABLE app_user_find USING fts5 (name, text, content='app_user_text', content_rowid='n',
    columnsize=0, tokenize='trigram');
INSERT INTO app_user_find (app_user_find, rank) VALUES ('secure-delete', 1);
INSERT INTO app_user_find (app_user_find) VALUES ('rebuild');
CREATE TRIGGER app_user_find_in AFTER INSERT ON app_user_text BEGIN
    INSERT INTO app_user_find (rowid, name, text) VALUES (new.n, new.name, new.text);
END;
CREATE TRIGGER app_user_find_out AFTER DELETE ON app_user_text BEGIN
    INSERT INTO app_user_find (app_user_find, rowid, name, text) VALUES ('delete', old.n, old.name, old.text);
END;
CREATE TRIGGER app_user_text_in AFTER INSERT ON app_user BEGIN
    INSERT INTO app_user_text (id, name, text) VALUES (new.id, new.name_key, new.search_key);
END;
CREATE TRIGGER app_user_text_other AFTER UPDATE OF id, name_key, search_key ON app_user
    WHEN new.id <> old.id OR new.name_key <> old.name_key OR new.search_key <> old.search_key BEGIN
    DELETE FROM app_user_text WHERE id = old.id;
    INSERT INTO app_user_text (id, name, text) VALUES (new.id, new.name_key, new.search_key);
END;
CREATE TRIGGER app_user_text_out AFTER DELETE ON app_user BEGIN
    DELETE FROM app_user_text WHERE id = old.id;
END;

CREATE TABLE resource_text (
    n     INTEGER PRIMARY KEY,
    id    TEXT NOT NULL UNIQUE,
    name  TEXT NOT NULL,
    text  TEXT NOT NULL
);
INSERT INTO resource_text (id, name, text) SELECT id, name_key, search_key FROM resource;
CREATE VIRTUAL TABLE resource_find USING fts5 (name, text, content='resource_text', content_rowid='n',
    columnsize=0, tokenize='trigram');
INSERT INTO resource_find (resource_find, rank) VALUES ('secure-delete', 1);
INSERT INTO resource_find (resource_find) VALUES ('rebuild');
CREATE TRIGGER resource_find_in AFTER INSERT ON resource_text BEGIN
    INSERT INTO resource_find (rowid, name, text) VALUES (new.n, new.name, new.text);
END;
CREATE TRIGGER resource_find_out AFTER DELETE ON resource_text BEGIN
    INSERT INTO resource_find (resource_find, rowid, name, text) VALUES ('delete', old.n, old.name, old.text);
END;
CREATE TRIGGER resource_text_in AFTER INSERT ON resource BEGIN
    INSERT INTO resource_text (id, name, text) VALUES (new.id, new.name_key, new.search_key);
END;
CREATE TRIGGER resource_text_other AFTER UPDATE OF id, name_key, search_key ON resource
    WHEN new.id <> old.id OR new.name_key <> old.name_key OR new.search_key <> old.search_key BEGIN
    DELETE FROM resource_text WHERE id = old.id;
    INSERT INTO resource_text (id, name, text) VALUES (new.id, new.name_key, new.search_key);
END;
CREATE TRIGGER resource_text_out AFTER DELETE ON resource BEGIN
    DELETE FROM resource_text WHERE id = old.id;
END;

CREATE TABLE device_text (
    n     INTEGER PRIMARY KEY,
    id    TEXT NOT NULL UNIQUE,
    name  TEXT NOT NULL,
    text  TEXT NOT NULL
);
INSERT INTO device_text (id, name, text) SELECT id, name_key, LOWER(public_key) FROM device;
CREATE VIRTUAL TABLE device_find USING fts5 (name, text, content='device_text', content_rowid='n',
    columnsize=0, tokenize='trigram');
INSERT INTO device_find (device_find, rank) VALUES ('secure-delete', 1);
INSERT INTO device_find (device_find) VALUES ('rebuild');
CREATE TRIGGER device_find_in AFTER INSERT ON device_text BEGIN
    INSERT INTO device_find (rowid, name, text) VALUES (new.n, new.name, new.text);
END;
CREATE TRIGGER device_find_out AFTER DELETE ON device_text BEGIN
    INSERT INTO device_find (device_find, rowid, name, text) VALUES ('delete', old.n, old.name, old.text);
END;
CREATE TRIGGER device_text_in AFTER INSERT ON device BEGIN
    INSERT INTO device_text (id, name, text) VALUES (new.id, new.name_key, LOWER(new.public_key));
END;
CREATE TRIGGER device_text_other AFTER UPDATE OF id, name_key, public_key ON device
    WHEN new.id <> old.id OR new.name_key <> old.name_key OR new.public_key <> old.public_key BEGIN
    DELETE FROM device_text WHERE id = old.id;
    INSERT INTO device_text (id, name, text) VALUES (new.id, new.name_key, LOWER(new.public_key));
END;
CREATE TRIGGER device_text_out AFTER DELETE ON device BEGIN
    DELETE FROM device_text WHERE id = old.id;
END;

CREATE TABLE access_grant_text (
    n     INTEGER PRIMARY KEY,
    id    TEXT NOT NULL UNIQUE,
    text  TEXT NOT NULL
);
INSERT INTO access_grant_text (id, text) SELECT id, LOWER(comment) FROM access_grant WHERE comment <> '';
CREATE VIRTUAL TABLE access_grant_find USING fts5 (text, content='access_grant_text', content_rowid='n',
    columnsize=0, tokenize='trigram');
INSERT INTO access_grant_find (access_grant_find, rank) VALUES ('secure-delete', 1);
INSERT INTO access_grant_find (access_grant_find) VALUES ('rebuild');
CREATE TRIGGER access_grant_find_in AFTER INSERT ON access_grant_text BEGIN
    INSERT INTO access_grant_find (rowid, text) VALUES (new.n, new.text);
END;
CREATE TRIGGER access_grant_find_out AFTER DELETE ON access_grant_text BEGIN
    INSERT INTO access_grant_find (access_grant_find, rowid, text) VALUES ('delete', old.n, old.text);
END;
CREATE TRIGGER access_grant_text_in AFTER INSERT ON access_grant
    WHEN new.comment <> '' BEGIN
    INSERT INTO access_grant_text (id, text) VALUES (new.id, LOWER(new.comment));
END;
CREATE TRIGGER access_grant_text_other AFTER UPDATE OF id, comment ON access_grant
    WHEN new.id <> old.id OR new.comment <> old.comment BEGIN
    DELETE FROM access_grant_text WHERE id = old.id;
    INSERT INTO access_grant_text (id, text) SELECT new.id, LOWER(new.comment) WHERE new.comment <> '';
END;
CREATE TRIGGER access_grant_text_out AFTER DELETE ON access_grant BEGIN
    DELETE FROM access_grant_text WHERE id = old.id;
END;
