package dev.sekisho.control.uapi;

import dev.sekisho.control.local.LineReader;
import dev.sekisho.control.local.SocketDirectory;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.run.DeviceStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// The directory with one socket per userspace interface, seen from a client.
///
/// @param directory where the sockets are
public record UapiSockets(Path directory) {
    /// Where `wg` looks.
    public static final UapiSockets SYSTEM = new UapiSockets(Path.of("/var/run/wireguard"));

    /// The socket of one interface.
    public Path socket(String interfaceName) {
        return new SocketDirectory(directory).socket(interfaceName);
    }

    /// Names of all interfaces that answer, sorted.
    ///
    /// @throws IOException when the directory can't be read
    public List<String> interfaces() throws IOException {
        return new SocketDirectory(directory).interfaces();
    }

    /// Asks one interface for its state. The caller closes the keys in the answer.
    ///
    /// @throws IOException when nobody answers at the socket
    /// @throws UapiException when the answer is an error or breaks the protocol
    public DeviceStatus status(String interfaceName) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket(interfaceName)));
                OutputStream out = Channels.newOutputStream(channel);
                InputStream in = Channels.newInputStream(channel)) {
            out.write("get=1\n\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return readStatus(interfaceName, in);
        }
    }

    static DeviceStatus readStatus(String interfaceName, InputStream in) throws IOException {
        LineReader lines = new LineReader(in, UapiLimits.MAX_LINE_BYTES);
        StatusDecoder decoder = new StatusDecoder(interfaceName);
        try {
            while (lines.next()) {
                if (lines.isEmpty()) {
                    return decoder.finish();
                }
                if (lines.isTooLong()) {
                    throw new UapiException(Errno.PROTOCOL, "the interface answered with an endless line");
                }
                decoder.line(lines.bytes(), lines.start(), lines.end());
            }
            throw new UapiException(Errno.PROTOCOL, "the interface hung up in the middle of its answer");
        } finally {
            lines.wipe();
        }
    }

    /// Wipes the secrets of a status, which are copies made for the caller.
    public static void wipe(DeviceStatus status) {
        status.privateKey().ifPresent(SecretKey::close);
        status.peers().forEach(peer -> peer.presharedKey().ifPresent(SecretKey::close));
    }
}
