package dev.sekisho.control.uapi;

import dev.sekisho.control.local.LocalServer;
import dev.sekisho.dataplane.run.Device;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;

/// The configuration socket of one interface. Thread-safe.
///
/// @param server what listens at the socket
public record UapiServer(LocalServer server) implements AutoCloseable {
    /// Starts to serve `device` under its interface name.
    ///
    /// @throws IOException with a sentence when the socket is in use or can't be made
    public static UapiServer open(Device device, UapiSockets sockets) throws IOException {
        return new UapiServer(LocalServer.open(
                sockets.socket(device.interfaceName()), UapiLimits.MAX_CONNECTIONS, connection -> {
                    try (InputStream in = Channels.newInputStream(connection);
                            OutputStream out = Channels.newOutputStream(connection)) {
                        new UapiConversation(device, in, out).run();
                    }
                }));
    }

    /// Whether the socket file is still the one that this server made. Removing it is a request to stop.
    public boolean isSocketInPlace() {
        return server.isSocketInPlace();
    }

    /// Waits until the socket file is gone.
    public void awaitRemoval() throws InterruptedException {
        server.awaitRemoval();
    }

    /// Ends all connections and removes the socket, unless another process has put its own there.
    @Override
    public void close() {
        server.close();
    }
}
