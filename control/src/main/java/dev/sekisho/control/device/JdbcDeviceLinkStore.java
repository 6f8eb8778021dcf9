package dev.sekisho.control.device;

import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Links in the database. Thread-safe.
public final class JdbcDeviceLinkStore implements DeviceLinkStore {
    private static final String SELECT =
            "SELECT id, device_id, maker, maker_id, state, created_at, expires_at, ended_at, fetched_from";

    @Override
    public void insert(Transaction transaction, Open open) {
        DeviceLink link = open.link();
        Sql sql = Sql.of(transaction);
        sql.update(
                "INSERT INTO device_link (id, device_id, secret_hash, config, state, maker_id, maker, created_at,"
                        + " expires_at, fetched_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
                link.id(),
                link.deviceId(),
                open.secretHash(),
                open.config(),
                link.state(),
                link.makerId(),
                link.maker(),
                link.createdAt(),
                link.expiresAt());
        sql.update(
                "DELETE FROM device_link WHERE device_id = ? AND id NOT IN"
                        + " (SELECT id FROM device_link WHERE device_id = ? ORDER BY id DESC LIMIT ?)",
                link.deviceId(),
                link.deviceId(),
                MAX_LINKS);
    }

    @Override
    public Optional<DeviceLink> find(Transaction transaction, String id) {
        return Sql.of(transaction).first(JdbcDeviceLinkStore::link, SELECT + " FROM device_link WHERE id = ?", id);
    }

    @Override
    public Optional<Open> findOpen(Transaction transaction, String id) {
        return Sql.of(transaction)
                .first(
                        row -> new Open(link(row), row.bytes("secret_hash"), row.bytes("config")),
                        SELECT + ", secret_hash, config FROM device_link WHERE id = ? AND state = ?"
                                + " AND config IS NOT NULL",
                        id,
                        DeviceLink.State.OPEN);
    }

    @Override
    public List<DeviceLink> ofDevice(Transaction transaction, String deviceId) {
        return Sql.of(transaction)
                .list(
                        JdbcDeviceLinkStore::link,
                        SELECT + " FROM device_link WHERE device_id = ? ORDER BY id DESC",
                        deviceId);
    }

    @Override
    public List<DeviceLink> due(Transaction transaction, Instant now, int limit) {
        return Sql.of(transaction)
                .list(
                        JdbcDeviceLinkStore::link,
                        SELECT + " FROM device_link WHERE state = ? AND expires_at <= ? ORDER BY id LIMIT ?",
                        DeviceLink.State.OPEN,
                        now,
                        limit);
    }

    @Override
    public boolean end(Transaction transaction, String id, DeviceLink.State state, Instant now, String from) {
        return Sql.of(transaction)
                        .update(
                                "UPDATE device_link SET state = ?, ended_at = ?, fetched_from = ?, config = NULL"
                                        + " WHERE id = ? AND state = ?",
                                state,
                                now,
                                from,
                                id,
                                DeviceLink.State.OPEN)
                > 0;
    }

    private static DeviceLink link(Row row) throws SQLException {
        return new DeviceLink(
                row.text("id"),
                row.text("device_id"),
                row.text("maker"),
                row.optionalText("maker_id"),
                DeviceLink.State.valueOf(row.text("state")),
                row.moment("created_at"),
                row.moment("expires_at"),
                row.optionalMoment("ended_at"),
                row.text("fetched_from"));
    }
}
