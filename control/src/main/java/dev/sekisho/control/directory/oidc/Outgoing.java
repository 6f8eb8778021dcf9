package dev.sekisho.control.directory.oidc;

import java.net.URI;
import java.util.Map;

/// Sends HTTP requests to providers: a port, behind which the guard decides where they may go. Redirects are not
/// followed; answers are bounded in size and time. Thread-safe.
@FunctionalInterface
public interface Outgoing {
    /// Sends a request and waits for the answer.
    ///
    /// @throws dev.sekisho.control.directory.DirectoryException at step `connect` when there is none
    Reply send(String method, URI uri, Map<String, String> headers, byte[] body);

    /// What came back.
    record Reply(int status, String body) {}
}
