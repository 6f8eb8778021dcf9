package dev.sekisho.it.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/// The command line of the traffic programs. Exit code 0 = all was well, 1 = something was lost or changed.
///
/// ```
/// tcp-serve ADDRESS PORT
/// tcp ADDRESS PORT BYTES BYTES_PER_SECOND
/// udp-serve ADDRESS PORT
/// udp ADDRESS PORT SIZE,SIZE,... COUNT WINDOW PAUSE_MILLIS
/// junk ADDRESS PORT PUBLIC_KEY COUNT PER_SECOND
/// flood ADDRESS PORT PUBLIC_KEY SOURCE,SOURCE,... PER_SECOND SECONDS
/// relay ADDRESS PORT SERVER_ADDRESS SERVER_PORT
/// ```
public final class TrafficMain {
    private TrafficMain() {}

    public static void main(String[] arguments) throws IOException {
        String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        System.exit(run(arguments[0], rest) ? 0 : 1);
    }

    private static boolean run(String program, String[] words) throws IOException {
        int port = Integer.parseInt(words[1]);
        var address = new InetSocketAddress(words[0], port);
        switch (program) {
            case "tcp-serve" -> TcpExchange.serve(words[0], port, System.out);
            case "tcp" -> {
                return TcpExchange.transfer(address, Long.parseLong(words[2]), Long.parseLong(words[3]), System.out);
            }
            case "udp-serve" -> UdpExchange.serve(words[0], port, System.out);
            case "udp" -> {
                int[] sizes = Arrays.stream(words[2].split(",", -1))
                        .mapToInt(Integer::parseInt)
                        .toArray();
                var pace = new UdpExchange.Pace(
                        Integer.parseInt(words[3]), Integer.parseInt(words[4]), Long.parseLong(words[5]));
                return UdpExchange.exchange(address, sizes, pace, System.out);
            }
            case "junk" ->
                Junk.send(address, words[2], Integer.parseInt(words[3]), Integer.parseInt(words[4]), System.out);
            case "flood" -> {
                var rate = new Flood.Rate(Integer.parseInt(words[4]), Integer.parseInt(words[5]));
                Flood.run(address, words[2], List.of(words[3].split(",", -1)), rate, System.out);
            }
            case "relay" -> Relay.run(address, new InetSocketAddress(words[2], Integer.parseInt(words[3])), System.out);
            default -> throw new IllegalArgumentException("no such program: " + program);
        }
        return true;
    }
}
