package dev.sekisho.control.web;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;

/// Keeps one address (IPv6: one /64) from taking all connections (threat A13): those beyond its share are closed at
/// once. Thread-safe.
final class Crowd implements Connection.Listener {
    private final int most;
    private final Map<String, Integer> open = new ConcurrentHashMap<>();

    /// Where each connection comes from: one that is closed can't be asked any more.
    private final Map<Connection, String> from = new ConcurrentHashMap<>();

    /// @param most connections of one address
    Crowd(int most) {
        this.most = most;
    }

    @Override
    public void onOpened(Connection connection) {
        // Not the TLS connection around it: it is the same one.
        if (connection instanceof ConnectionMetaData) {
            String network = network(connection);
            from.put(connection, network);
            int now = open.merge(network, 1, Integer::sum);
            if (now > most) {
                connection.getEndPoint().close();
            }
        }
    }

    @Override
    public void onClosed(Connection connection) {
        String network = from.remove(connection);
        if (network != null) {
            open.computeIfPresent(network, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    private static String network(Connection connection) {
        return connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress address
                ? RateLimits.network(address.getAddress().getHostAddress())
                : "";
    }
}
