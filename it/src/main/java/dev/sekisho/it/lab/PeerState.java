package dev.sekisho.it.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// One peer's line of `wg show NAME dump`.
///
/// @param publicKey base64
/// @param presharedKey base64, or `(none)`
/// @param endpoint `address:port`, or `(none)`
/// @param allowedIps in textual order
/// @param latestHandshakeSeconds epoch seconds, 0 for never
/// @param keepalive seconds, or `off`
public record PeerState(
        String publicKey,
        String presharedKey,
        String endpoint,
        Set<String> allowedIps,
        long latestHandshakeSeconds,
        long receivedBytes,
        long sentBytes,
        String keepalive) {
    private static final int FIELDS = 8;

    /// The peers of a dump: all lines but the first, which is the interface's.
    static List<PeerState> parse(String dump) {
        return dump.lines().skip(1).map(PeerState::parseLine).toList();
    }

    private static PeerState parseLine(String line) {
        String[] field = line.split("\t", -1);
        if (field.length != FIELDS) {
            throw new LabException("unexpected line of wg show dump: " + line);
        }
        var allowed = new TreeSet<>(field[3].equals("(none)") ? List.of() : Arrays.asList(field[3].split(",", -1)));
        return new PeerState(
                field[0],
                field[1],
                field[2],
                allowed,
                Long.parseLong(field[4]),
                Long.parseLong(field[5]),
                Long.parseLong(field[6]),
                field[7]);
    }
}
