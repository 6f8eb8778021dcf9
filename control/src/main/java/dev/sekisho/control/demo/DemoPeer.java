package dev.sekisho.control.demo;

import com.sun.net.httpserver.HttpServer;
import dev.sekisho.control.tunnel.ConfFile;
import dev.sekisho.control.tunnel.TunnelConf;
import dev.sekisho.control.tunnel.TunnelSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One side of the demo, in a JVM and a namespace of its own. One owner thread.
///
/// Obeys one command per line and answers each with one line, `ok NUMBER...`:
/// `serve MIB` (answers the file's CRC), `ping COUNT` (answers replies, shortest, mean, longest in ns), `fetch`
/// (answers
/// bytes, ns, CRC). The end of the input, also by the parent's death, ends it.
public final class DemoPeer {
    private static final int PING_TIMEOUT_MILLIS = 3_000;

    private final TunnelSession.Surroundings around;
    private final PrintStream out;

    /// @param around the host
    /// @param out where answers go
    public DemoPeer(TunnelSession.Surroundings around, PrintStream out) {
        this.around = around;
        this.out = out;
    }

    /// Brings up the tunnel of `file`, then obeys until the input ends.
    public void run(Path file, BufferedReader commands) throws IOException {
        ConfFile conf = new ConfFile(file);
        try (TunnelConf read = conf.read();
                TunnelSession session =
                        TunnelSession.up(conf.interfaceName(), conf, read, TunnelSession.Role.CLIENT, around)) {
            answer("up " + session.device().interfaceName());
            obey(file.resolveSibling("file"), commands);
        }
    }

    private void obey(Path payload, BufferedReader commands) throws IOException {
        HttpServer server = null;
        try {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", -1);
                switch (words[0]) {
                    case "serve" -> {
                        long crc = DemoFile.write(payload, Integer.parseInt(words[1]));
                        server = DemoFile.serve(payload, DemoNetwork.SERVER_INSIDE);
                        answer("ok " + crc);
                    }
                    case "ping" -> answer("ok " + ping(Integer.parseInt(words[1])));
                    case "fetch" -> {
                        DemoFile.Fetched fetched = DemoFile.fetch(DemoNetwork.SERVER_INSIDE);
                        answer("ok " + fetched.bytes() + " " + fetched.nanos() + " " + fetched.crc());
                    }
                    default -> throw new IOException("unknown command " + words[0]);
                }
            }
        } finally {
            close(server);
        }
    }

    private static void close(@Nullable HttpServer server) {
        if (server != null) {
            server.stop(0);
        }
    }

    private static String ping(int count) throws IOException {
        InetAddress target = InetAddress.ofLiteral(DemoNetwork.SERVER_INSIDE);
        int replies = 0;
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            if (target.isReachable(PING_TIMEOUT_MILLIS)) {
                long nanos = System.nanoTime() - start;
                replies++;
                sum += nanos;
                shortest = Math.min(shortest, nanos);
                longest = Math.max(longest, nanos);
            }
        }
        return replies + " " + shortest + " " + sum / Math.max(1, replies) + " " + longest;
    }

    private void answer(String line) {
        out.println(line);
        out.flush();
    }
}
