package dev.sekisho.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/// The command line of the load generators. Results are one JSON object on standard output.
///
/// ```
/// udp-receive PORT
/// udp-send ADDRESS PORT BYTES RATE SECONDS
/// udp-search ADDRESS PORT BYTES SECONDS
/// handshakes-prepare PUBLIC_KEY PEERS COUNT FILE
/// handshakes ADDRESS PORT PUBLIC_KEY FILE PEERS WINDOW COLD_SECONDS SECONDS
/// ```
public final class LoadMain {
    private LoadMain() {}

    public static void main(String[] words) throws IOException {
        switch (words[0]) {
            case "udp-receive" -> new UdpReceiver().serve(number(words[1]), System.out);
            case "udp-send" -> {
                try (var sender = new UdpSender(words[1], number(words[2]), number(words[3]))) {
                    sender.run(Double.parseDouble(words[4]), Double.parseDouble(words[5]))
                            .print(System.out);
                }
            }
            case "udp-search" -> {
                try (var sender = new UdpSender(words[1], number(words[2]), number(words[3]))) {
                    sender.search(Double.parseDouble(words[4])).print(System.out);
                }
            }
            case "handshakes-prepare" ->
                HandshakeLoad.prepare(words[1], number(words[2]), number(words[3]), Path.of(words[4]), System.out);
            case "handshakes" -> {
                var push = new HandshakeLoad.Push(
                        number(words[5]), number(words[6]), Double.parseDouble(words[7]), Double.parseDouble(words[8]));
                HandshakeLoad.run(
                        new InetSocketAddress(words[1], number(words[2])),
                        words[3],
                        Path.of(words[4]),
                        push,
                        System.out);
            }
            default -> throw new IllegalArgumentException("no such load: " + words[0]);
        }
    }

    private static int number(String word) {
        return Integer.parseInt(word);
    }
}
