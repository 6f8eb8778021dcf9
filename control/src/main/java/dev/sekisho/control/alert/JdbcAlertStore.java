package dev.sekisho.control.alert;

import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Alert channels in the database.
public final class JdbcAlertStore implements AlertStore {
    private static final String SELECT = "SELECT id, name, kind, settings, events, enabled, version FROM alert_channel";
    private static final int MAX_CHANNELS = 1000;

    private static AlertChannel map(Row row, Seal seal) throws SQLException {
        String id = row.text("id");
        String events = row.text("events");
        byte[] settings = row.bytes("settings");
        return new AlertChannel(
                id,
                row.text("name"),
                ChannelKind.valueOf(row.text("kind")),
                settings.length == 0 ? Map.of() : seal.open(id, settings),
                events.isEmpty() ? List.of() : List.of(events.split(" ", -1)),
                row.flag("enabled"),
                row.number("version"));
    }

    @Override
    public List<AlertChannel> all(Transaction transaction, Seal seal) {
        return Sql.of(transaction).list(row -> map(row, seal), SELECT + " ORDER BY name_key LIMIT ?", MAX_CHANNELS);
    }

    @Override
    public Optional<AlertChannel> find(Transaction transaction, String id, Seal seal) {
        return Sql.of(transaction).first(row -> map(row, seal), SELECT + " WHERE id = ?", id);
    }

    @Override
    public void insert(Transaction transaction, AlertChannel channel, Seal seal) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO alert_channel (id, name, name_key, kind, settings, events, enabled, version)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
                        channel.id(),
                        channel.name(),
                        channel.name().toLowerCase(Locale.ROOT),
                        channel.kind(),
                        seal.seal(channel),
                        String.join(" ", channel.events()),
                        channel.enabled());
    }

    @Override
    public boolean update(Transaction transaction, AlertChannel channel, Seal seal) {
        return Sql.of(transaction)
                        .update(
                                "UPDATE alert_channel SET name = ?, name_key = ?, settings = ?, events = ?, enabled = ?,"
                                        + " version = version + 1 WHERE id = ? AND version = ?",
                                channel.name(),
                                channel.name().toLowerCase(Locale.ROOT),
                                seal.seal(channel),
                                String.join(" ", channel.events()),
                                channel.enabled(),
                                channel.id(),
                                channel.version())
                == 1;
    }

    @Override
    public boolean delete(Transaction transaction, String id) {
        return Sql.of(transaction).update("DELETE FROM alert_channel WHERE id = ?", id) == 1;
    }
}
