package dev.sekisho.control.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One row of an answer, read by column name. Valid inside the mapper only.
public final class Row {
    private final ResultSet result;

    Row(ResultSet result) {
        this.result = result;
    }

    /// A column that is never null.
    public String text(String column) throws SQLException {
        String value = result.getString(column);
        if (value == null) {
            throw new SQLException("column " + column + " is null");
        }
        return value;
    }

    /// A column that may be null.
    public Optional<String> optionalText(String column) throws SQLException {
        return Optional.ofNullable(result.getString(column));
    }

    /// A whole number.
    public long number(String column) throws SQLException {
        return result.getLong(column);
    }

    /// A whole number that fits an int.
    public int integer(String column) throws SQLException {
        return Math.toIntExact(result.getLong(column));
    }

    /// 0 or 1.
    public boolean flag(String column) throws SQLException {
        return result.getLong(column) != 0;
    }

    /// A moment kept as milliseconds since 1970.
    public Instant moment(String column) throws SQLException {
        return Instant.ofEpochMilli(result.getLong(column));
    }

    /// A moment that may be null.
    public Optional<Instant> optionalMoment(String column) throws SQLException {
        long millis = result.getLong(column);
        return result.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /// Bytes that are never null. The caller owns them.
    public byte[] bytes(String column) throws SQLException {
        byte[] value = result.getBytes(column);
        if (value == null) {
            throw new SQLException("column " + column + " is null");
        }
        return value;
    }

    /// Bytes that may be null.
    public byte @Nullable [] optionalBytes(String column) throws SQLException {
        return result.getBytes(column);
    }
}
