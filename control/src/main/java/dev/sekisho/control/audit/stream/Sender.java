package dev.sekisho.control.audit.stream;

import java.io.IOException;
import java.util.List;

/// Sends lines to one place. Owner: the stream's thread, which closes it after a failure.
interface Sender extends AutoCloseable {
    /// A line and what it is.
    ///
    /// @param kind the action of a record, `audit.checkpoint` for a checkpoint
    /// @param at the moment as text (RFC 3339)
    /// @param text one line of plain ASCII, without its end
    record Message(String kind, String at, String text) {}

    /// Sends them; as far as the transport tells, they arrived when this returns.
    ///
    /// @throws IOException when that is not so; some may have arrived
    void send(List<Message> messages) throws IOException;

    @Override
    void close() throws IOException;
}
