package dev.sekisho.control.factor;

import dev.sekisho.control.store.Transaction;

/// Sends a mail: a port. Thread-safe.
@FunctionalInterface
public interface Mailer {
    /// Whether a mail that is sent now would go anywhere.
    default boolean isSetUp(Transaction transaction) {
        return true;
    }

    /// Queues a mail; it does not wait for its delivery.
    ///
    /// @throws dev.sekisho.control.web.Problem 503 when no mail server is set up
    void send(String address, String subject, String body);
}
