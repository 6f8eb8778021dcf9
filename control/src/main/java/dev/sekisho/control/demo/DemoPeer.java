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
import java.util.ArrayList;
import java.util.List;

/// The client or the target of the demo, in a JVM and a namespace of its own. One owner thread.
///
/// Obeys one command per line and answers each with one line, `ok NUMBER...`. The client's are `ping COUNT MILLIS`
/// (answers replies, shortest, mean, longest in ns), `fetch` (bytes, ns, CRC), `page` (ns, bytes, 1 when it came on
/// the connection that was opened), `scan COUNT` (ports); the target's are `serve MIB` (the file's CRC) and `pages`.
/// The end of the input, also by the parent's death, ends it.
public final class DemoPeer {
    private final PrintStream out;
    private final List<HttpServer> servers = new ArrayList<>();

    /// @param out where answers go
    public DemoPeer(PrintStream out) {
        this.out = out;
    }

    /// The client: brings up the tunnel of `file`, then obeys until the input ends.
    public void client(Path file, TunnelSession.Surroundings around, BufferedReader commands) throws IOException {
        ConfFile conf = new ConfFile(file);
        try (TunnelConf read = conf.read();
                TunnelSession session =
                        TunnelSession.up(conf.interfaceName(), conf, read, TunnelSession.Role.CLIENT, around)) {
            up(session.device().interfaceName());
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("page")) {
                    // It may wait for long at the checkpoint; meanwhile the input may end.
                    Thread.ofPlatform().name("page").daemon().start(this::page);
                } else {
                    answer(clientAnswer(words));
                }
            }
        }
    }

    private static String clientAnswer(String[] words) throws IOException {
        return switch (words[0]) {
            case "ping" -> ping(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "fetch" -> {
                DemoFile.Fetched fetched = DemoFile.fetch(DemoNetwork.TARGET);
                yield fetched.bytes() + " " + fetched.nanos() + " " + fetched.crc();
            }
            case "scan" -> Integer.toString(DemoScan.run(Integer.parseInt(words[1])));
            default -> throw new IOException("unknown command " + words[0]);
        };
    }

    private void page() {
        try {
            DemoPage.Arrived page = DemoPage.fetch();
            answer(page.nanos() + " " + page.bytes() + " " + (page.sameConnection() ? 1 : 0));
        } catch (IOException e) {
            line("failed: the page did not arrive: " + e.getMessage());
        }
    }

    /// The target: a host with web servers, no tunnel and nothing of ours installed.
    ///
    /// @param payload where the big file goes
    public void target(Path payload, BufferedReader commands) throws IOException {
        up(DemoNetwork.TARGET);
        try {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", -1);
                answer(
                        switch (words[0]) {
                            case "serve" -> {
                                long crc = DemoFile.write(payload, Integer.parseInt(words[1]));
                                servers.add(DemoFile.serve(payload, DemoNetwork.TARGET));
                                yield Long.toString(crc);
                            }
                            case "pages" -> {
                                servers.add(DemoPage.serve());
                                yield Integer.toString(DemoPage.PORT);
                            }
                            default -> throw new IOException("unknown command " + line);
                        });
            }
        } finally {
            servers.forEach(server -> server.stop(0));
        }
    }

    private static String ping(int count, int timeoutMillis) throws IOException {
        InetAddress target = InetAddress.ofLiteral(DemoNetwork.TARGET);
        int replies = 0;
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            if (target.isReachable(timeoutMillis)) {
                long nanos = System.nanoTime() - start;
                replies++;
                sum += nanos;
                shortest = Math.min(shortest, nanos);
                longest = Math.max(longest, nanos);
            }
        }
        return replies + " " + shortest + " " + sum / Math.max(1, replies) + " " + longest;
    }

    /// Tells the parent that this side is ready.
    public void up(String name) {
        line("up " + name);
    }

    private void answer(String numbers) {
        line("ok " + numbers);
    }

    private void line(String line) {
        out.println(line);
        out.flush();
    }
}
