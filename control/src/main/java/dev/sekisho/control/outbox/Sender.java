package dev.sekisho.control.outbox;

/// Sends messages of one kind. Thread-safe; may wait, but has time-outs of its own of 30 seconds at most.
@FunctionalInterface
public interface Sender {
    /// Sends it.
    ///
    /// @throws DeliveryException when it was not taken
    void send(Message message);
}
