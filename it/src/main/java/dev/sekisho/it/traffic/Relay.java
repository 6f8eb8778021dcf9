package dev.sekisho.it.traffic;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A hostile middle man between two peers. Every datagram is handed on unchanged; beside it go a copy, an older one
/// again,
/// one cut short, one too long, one with a broken tag, and a reflection to where it came from.
final class Relay {
    private static final int MOST_BYTES = 65_507;
    private static final int KEPT = 64;
    private static final int BUFFER_BYTES = 4 << 20;

    private final DatagramChannel channel;
    private final InetSocketAddress server;
    private final byte[][] history = new byte[KEPT][];
    private @Nullable SocketAddress client;
    private int handed;

    private Relay(DatagramChannel channel, InetSocketAddress server) {
        this.channel = channel;
        this.server = server;
    }

    /// Stands before `server` until the process is ended: whoever else sends first is the client.
    static void run(InetSocketAddress listen, InetSocketAddress server, PrintStream report) throws IOException {
        try (var channel = DatagramChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            channel.bind(listen);
            report.println("ready");
            var relay = new Relay(channel, server);
            ByteBuffer buffer = ByteBuffer.allocateDirect(MOST_BYTES);
            while (true) {
                SocketAddress from = channel.receive(buffer.clear());
                byte[] datagram = new byte[buffer.flip().remaining()];
                buffer.get(datagram);
                relay.hand(from, datagram);
            }
        }
    }

    private void hand(SocketAddress from, byte[] datagram) throws IOException {
        if (!from.equals(server)) {
            client = from;
        }
        SocketAddress to = from.equals(server) ? client : server;
        if (to == null) {
            return;
        }
        send(datagram, to);
        abuse(datagram, from, to);
        history[handed % KEPT] = datagram;
        handed++;
    }

    private void abuse(byte[] datagram, SocketAddress from, SocketAddress to) throws IOException {
        byte[] brokenTag = datagram.clone();
        brokenTag[brokenTag.length - 1] ^= 1;
        switch (handed % 6) {
            case 0 -> send(datagram, to);
            case 1 -> send(Arrays.copyOf(datagram, datagram.length - 1), to);
            case 2 -> send(Arrays.copyOf(datagram, Math.min(MOST_BYTES, datagram.length + 16)), to);
            case 3 -> send(brokenTag, to);
            case 4 -> send(datagram, from);
            default -> {
                byte[] old = history[(handed + 1) % KEPT];
                send(old == null ? datagram : old, to);
            }
        }
    }

    private void send(byte[] datagram, SocketAddress to) throws IOException {
        channel.send(ByteBuffer.wrap(datagram), to);
    }
}
