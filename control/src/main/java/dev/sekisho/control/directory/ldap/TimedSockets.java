package dev.sekisho.control.directory.ldap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/// Makes the socket of one connection, whose reads end after a while, also those of a TLS handshake, which the LDAP
/// library leaves without a limit; and which somebody else can close. Thread-safe.
final class TimedSockets extends SocketFactory {
    private final SocketFactory maker;
    private final Duration timeout;
    private volatile @Nullable Socket made;

    TimedSockets(SocketFactory maker, Duration timeout) {
        this.maker = maker;
        this.timeout = timeout;
    }

    private Socket timed(Socket socket) throws IOException {
        socket.setSoTimeout((int) timeout.toMillis());
        made = socket;
        return socket;
    }

    /// Closes what was made; whoever waits for it goes on.
    void abort() throws IOException {
        Socket socket = made;
        if (socket != null) {
            socket.close();
        }
    }

    @Override
    public Socket createSocket() throws IOException {
        return timed(maker.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return timed(maker.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return timed(maker.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return timed(maker.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return timed(maker.createSocket(host, port, localHost, localPort));
    }
}
