package dev.sekisho.control.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Where a sealed value belongs; opened anywhere else, it is refused. Immutable.
///
/// @param table of the database
/// @param row its identity
/// @param column in which it is kept
public record Scope(String table, String row, String column) {
    public Scope {
        if (table.isEmpty() || row.isEmpty() || column.isEmpty()) {
            throw new IllegalArgumentException("a scope is a table, a row and a column");
        }
    }

    /// What is authenticated: each part with its length before it.
    byte[] bound(String purpose, int keyVersion) {
        byte[][] parts = {utf8(purpose), utf8(table), utf8(row), utf8(column)};
        int bytes = Integer.BYTES;
        for (byte[] part : parts) {
            bytes += Integer.BYTES + part.length;
        }
        ByteBuffer bound = ByteBuffer.allocate(bytes).putInt(keyVersion);
        for (byte[] part : parts) {
            bound.putInt(part.length).put(part);
        }
        return bound.array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
