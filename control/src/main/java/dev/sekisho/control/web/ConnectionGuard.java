package dev.sekisho.control.web;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.thread.Scheduler;

/// Ends connections that send the head of a request drop by drop (threat A13): whoever has sent bytes, but no complete
/// head, for a whole period, is cut. Silence is the idle timeout's business. Thread-safe.
final class ConnectionGuard implements Connection.Listener {
    private static final Duration PERIOD = Duration.ofSeconds(15);

    private final Scheduler scheduler;

    ConnectionGuard(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public void onOpened(Connection connection) {
        // Not the TLS connection around it, which counts no requests.
        if (connection instanceof ConnectionMetaData) {
            watch(connection, connection.getMessagesIn(), 0);
        }
    }

    private void watch(Connection connection, long requests, long bytes) {
        scheduler.schedule(() -> look(connection, requests, bytes), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(Connection connection, long requestsBefore, long bytesBefore) {
        if (!connection.getEndPoint().isOpen()) {
            return;
        }
        long requests = connection.getMessagesIn();
        long bytes = connection.getBytesIn();
        boolean isIdle = requests == connection.getMessagesOut();
        boolean drips = isIdle && requests == requestsBefore && (bytes > bytesBefore || requests == 0);
        if (drips) {
            connection.getEndPoint().close(new TimeoutException("no request came"));
        } else {
            watch(connection, requests, bytes);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        // The next look sees it.
    }
}
