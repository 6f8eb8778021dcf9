package dev.sekisho.control.mail;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.util.Optional;

/// The mail server's settings in the database.
public final class JdbcMailStore implements MailStore {
    @Override
    public Optional<byte[]> read(Transaction transaction) {
        return Sql.of(transaction)
                .first(row -> row.bytes("settings"), "SELECT settings FROM mail_settings WHERE id = 1");
    }

    @Override
    public long version(Transaction transaction) {
        return Sql.of(transaction).number("SELECT version AS n FROM mail_settings WHERE id = 1");
    }

    @Override
    public void write(Transaction transaction, byte[] sealed) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO mail_settings (id, settings, version) VALUES (1, ?, 1)"
                                + " ON CONFLICT (id) DO UPDATE SET settings = excluded.settings,"
                                + " version = mail_settings.version + 1",
                        sealed);
    }
}
