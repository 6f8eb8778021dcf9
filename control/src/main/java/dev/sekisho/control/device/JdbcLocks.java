package dev.sekisho.control.device;

import dev.sekisho.control.state.Attempt;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.dataplane.flow.LockReason;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/// The tables of locks, present and past. Stateless.
final class JdbcLocks {
    /// Of the present lock, as `l`, for [#lock].
    static final String COLUMNS = "l.reason, l.comment, l.locked_by, l.at AS locked_at, l.targets, l.endpoint";

    private JdbcLocks() {}

    static Device.Lock lock(Row row) throws SQLException {
        return new Device.Lock(
                new Device.Grounds(
                        LockReason.valueOf(row.text("reason")),
                        row.text("comment"),
                        row.text("endpoint"),
                        row.text("targets").lines().map(Attempt::parse).toList()),
                row.text("locked_by"),
                row.moment("locked_at"));
    }

    private static String lines(Device.Lock lock) {
        return lock.grounds().attempts().stream().map(Attempt::line).collect(Collectors.joining("\n"));
    }

    /// Keeps the lock of a device that has one.
    static void insert(Transaction transaction, Device device) {
        device.lock()
                .ifPresent(lock -> Sql.of(transaction)
                        .update(
                                "INSERT INTO device_lock (device_id, reason, comment, locked_by, at, targets, endpoint)"
                                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                                device.id(),
                                lock.grounds().reason(),
                                lock.grounds().comment(),
                                lock.by(),
                                lock.at(),
                                lines(lock),
                                lock.grounds().endpoint()));
    }

    static void insertPast(Transaction transaction, String device, Device.PastLock past) {
        Device.Lock lock = past.lock();
        Sql sql = Sql.of(transaction);
        sql.update(
                "INSERT INTO past_lock (id, device_id, reason, comment, locked_by, at, targets, endpoint, unlocked_at,"
                        + " unlocked_by, unlock_comment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                Ids.next(past.unlockedAt().toEpochMilli()),
                device,
                lock.grounds().reason(),
                lock.grounds().comment(),
                lock.by(),
                lock.at(),
                lines(lock),
                lock.grounds().endpoint(),
                past.unlockedAt(),
                past.unlockedBy(),
                past.comment());
        sql.update(
                "DELETE FROM past_lock WHERE device_id = ? AND id NOT IN"
                        + " (SELECT id FROM past_lock WHERE device_id = ? ORDER BY id DESC LIMIT ?)",
                device,
                device,
                DeviceStore.MAX_PAST_LOCKS);
    }

    /// Newest first.
    static List<Device.PastLock> past(Transaction transaction, String device) {
        return Sql.of(transaction)
                .list(
                        row -> new Device.PastLock(
                                lock(row),
                                row.moment("unlocked_at"),
                                row.text("unlocked_by"),
                                row.text("unlock_comment")),
                        "SELECT reason, comment, locked_by, at AS locked_at, targets, endpoint, unlocked_at, unlocked_by,"
                                + " unlock_comment FROM past_lock WHERE device_id = ? ORDER BY id DESC",
                        device);
    }
}
