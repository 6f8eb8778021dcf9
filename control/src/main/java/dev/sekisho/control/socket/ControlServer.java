package dev.sekisho.control.socket;

import com.google.gson.JsonObject;
import dev.sekisho.control.local.LocalServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Serves the control socket of one interface, mode 0600 in a directory of mode 0700. Thread-safe.
///
/// @param server what listens
public record ControlServer(LocalServer server) implements AutoCloseable {
    /// Connections served at the same time, followers included; further ones wait.
    static final int MAX_CONNECTIONS = 32;

    private static final long GRACE_MILLIS = 5_000;

    /// Starts to serve.
    ///
    /// @param socket as [ControlSockets#socket] names it
    /// @throws IOException when the socket is in use or can't be made
    public static ControlServer open(Path socket, ControlService service, EventHub hub) throws IOException {
        return open(socket, service, hub, GRACE_MILLIS);
    }

    static ControlServer open(Path socket, ControlService service, EventHub hub, long graceMillis) throws IOException {
        return new ControlServer(LocalServer.open(
                socket,
                MAX_CONNECTIONS,
                connection ->
                        new ControlConversation(connection, service::answer, Optional.of(hub), graceMillis).hold()));
    }

    /// Starts to serve another service, which sends no events.
    ///
    /// @param answers a request, and never throws; thread-safe
    /// @throws IOException when the socket is in use or can't be made
    public static ControlServer open(Path socket, UnaryOperator<JsonObject> answers) throws IOException {
        return new ControlServer(LocalServer.open(
                socket,
                MAX_CONNECTIONS,
                connection -> new ControlConversation(connection, answers, Optional.empty(), GRACE_MILLIS).hold()));
    }

    @Override
    public void close() {
        server.close();
    }
}
