package dev.sekisho.control.doctor;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The server as it is configured. Immutable.
///
/// @param state the state directory
/// @param listen where HTTPS listens
/// @param udpPort of the tunnel; empty = no tunnel on this host
/// @param publicAddress name or address under which people and devices reach this host
/// @param names by which people open the portal
/// @param certificate its file
/// @param database URL of PostgreSQL; empty = SQLite in the state directory
public record Site(
        Path state,
        InetSocketAddress listen,
        Optional<Integer> udpPort,
        Optional<String> publicAddress,
        List<String> names,
        Path certificate,
        Optional<String> database) {
    public Site {
        names = List.copyOf(names);
    }

    /// Without the database's URL, which may hold a password.
    @Override
    public String toString() {
        return "Site[" + state + "]";
    }
}
