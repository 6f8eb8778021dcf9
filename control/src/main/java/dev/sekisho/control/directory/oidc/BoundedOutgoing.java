package dev.sekisho.control.directory.oidc;

import dev.sekisho.control.directory.DirectoryException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Sends no more than a few requests at a time: while a provider hangs, logins at providers fail and pile up nowhere.
/// Thread-safe.
final class BoundedOutgoing implements Outgoing {
    private static final int AT_ONCE = 16;
    private static final int WAIT_SECONDS = 5;

    private final Outgoing outgoing;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    BoundedOutgoing(Outgoing outgoing) {
        this.outgoing = outgoing;
    }

    @Override
    public Reply send(String method, URI uri, Map<String, String> headers, byte[] body) {
        try {
            if (!turns.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new DirectoryException("connect", AT_ONCE + " requests wait for providers already", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DirectoryException("connect", "the server is being stopped", e);
        }
        try {
            return outgoing.send(method, uri, headers, body);
        } finally {
            turns.release();
        }
    }
}
