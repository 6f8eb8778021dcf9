package dev.sekisho.control.merkle;

import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/// What a log was at one moment: that many entries, that root. Immutable.
///
/// As text, which is what is signed, each line ended by a line feed:
/// ```
/// ORIGIN
/// SIZE in decimal
/// ROOT in base 64
/// timestamp MILLISECONDS since 1970
/// ```
///
/// @param origin names the log
/// @param size entries
/// @param root of the tree, in hexadecimal
/// @param at when it was signed, in milliseconds
public record Checkpoint(String origin, long size, String root, Instant at) {
    private static final String TIMESTAMP = "timestamp ";

    public Checkpoint {
        Objects.requireNonNull(origin, "origin");
        if (size < 0 || root.length() != 2 * TreeHash.BYTES) {
            throw new IllegalArgumentException("a checkpoint has a size and a root of 32 bytes");
        }
    }

    /// The text that is signed.
    public String text() {
        return origin + "\n" + size + "\n"
                + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(root)) + "\n" + TIMESTAMP
                + at.toEpochMilli() + "\n";
    }

    /// Reads the text of one.
    ///
    /// @throws IllegalArgumentException when it is none, or is written otherwise than [#text] writes it
    public static Checkpoint parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 5 || !lines[3].startsWith(TIMESTAMP)) {
            throw new IllegalArgumentException("this is no checkpoint");
        }
        Checkpoint read = new Checkpoint(
                lines[0],
                Long.parseLong(lines[1]),
                HexFormat.of().formatHex(Base64.getDecoder().decode(lines[2])),
                Instant.ofEpochMilli(Long.parseLong(lines[3].substring(TIMESTAMP.length()))));
        if (!read.text().equals(text)) {
            throw new IllegalArgumentException("this is no checkpoint");
        }
        return read;
    }
}
