package dev.sekisho.control.factor;

/// Sends a mail: a port. Thread-safe.
@FunctionalInterface
public interface Mailer {
    /// Queues a mail; it does not wait for its delivery.
    ///
    /// @throws dev.sekisho.control.web.Problem 503 when no mail server is set up
    void send(String address, String subject, String body);
}
