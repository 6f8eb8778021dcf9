package dev.sekisho.control.notice;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.util.Optional;

/// Users' settings in the database.
public final class JdbcNoticeStore implements NoticeStore {
    @Override
    public Optional<byte[]> read(Transaction transaction, String userId) {
        return Sql.of(transaction)
                .first(row -> row.bytes("settings"), "SELECT settings FROM notice_target WHERE user_id = ?", userId);
    }

    @Override
    public void write(Transaction transaction, String userId, byte[] sealed) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO notice_target (user_id, settings, version) VALUES (?, ?, 1)"
                                + " ON CONFLICT (user_id) DO UPDATE SET settings = excluded.settings,"
                                + " version = notice_target.version + 1",
                        userId,
                        sealed);
    }
}
