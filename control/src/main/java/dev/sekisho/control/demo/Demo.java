package dev.sekisho.control.demo;

import dev.sekisho.control.show.Palette;
import dev.sekisho.control.show.StatusText;
import dev.sekisho.control.tunnel.Keys;
import dev.sekisho.control.tunnel.Stop;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.crypto.X25519;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.DeviceStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/// The demo from start to end, in the parent process. One owner thread.
public final class Demo {
    private static final int PORT = 51_871;
    private static final int PINGS = 5;
    private static final Path TUN = Path.of("/dev/net/tun");

    private final String launcher;
    private final int mebibytes;
    private final PrintStream out;
    private final Palette palette;
    private final Stop stop;

    /// @param launcher the script that starts our JVMs
    /// @param mebibytes size of the file, MiB
    /// @param out where the story is told
    /// @param palette colours
    /// @param stop asks for an early end
    public Demo(String launcher, int mebibytes, PrintStream out, Palette palette, Stop stop) {
        this.launcher = launcher;
        this.mebibytes = mebibytes;
        this.out = out;
        this.palette = palette;
        this.stop = stop;
    }

    /// Says what is missing on this host.
    ///
    /// @param isRoot whether the process runs as root
    /// @throws DemoException when the demo can't run here
    public static void check(boolean isRoot) {
        if (!isRoot) {
            throw new DemoException("the demo makes network namespaces, which needs root: sudo ./sekisho demo");
        }
        if (!Files.exists(TUN)) {
            throw new DemoException(TUN + " is missing: load the module with 'modprobe tun', or start the container"
                    + " with --device /dev/net/tun --cap-add NET_ADMIN --cap-add SYS_ADMIN");
        }
        Ip.run("-V");
    }

    /// Runs it. Everything is removed again, however it ends.
    public void run() throws IOException {
        long start = System.nanoTime();
        out.println("Sekisho demo: a server and a client in two network namespaces of this host");
        out.println();
        long pid = ProcessHandle.current().pid();
        Path directory = Files.createTempDirectory("sekisho-demo-");
        try (DemoNetwork network = DemoNetwork.create(pid)) {
            step("two namespaces, " + network.server() + " and " + network.client() + ", joined by a veth pair", start);
            String serverName = "skds" + pid;
            String clientName = "skdc" + pid;
            Path server = directory.resolve(serverName + ".conf");
            Path client = directory.resolve(clientName + ".conf");
            writeConfigurations(server, client);
            long starting = System.nanoTime();
            try (DemoChild serverSide = DemoChild.start("server", network.server(), launcher, server.toString());
                    DemoChild clientSide = DemoChild.start("client", network.client(), launcher, client.toString())) {
                serverSide.expect("up");
                step("server is up: UDP port " + PORT + ", inside address " + DemoNetwork.SERVER_INSIDE, starting);
                clientSide.expect("up");
                step("client is up: inside address " + DemoNetwork.CLIENT_INSIDE, starting);
                traffic(serverSide, clientSide);
                show(serverName);
                show(clientName);
            }
        } finally {
            delete(directory);
        }
        out.println();
        step("everything is removed again; the whole demo", start);
    }

    private void traffic(DemoChild server, DemoChild client) throws IOException {
        long start = System.nanoTime();
        long[] first = client.ask("ping 1");
        require(first[0] == 1, "nothing came back through the tunnel");
        step("handshake and first packet there and back", start);
        start = System.nanoTime();
        long[] pings = client.ask("ping " + PINGS);
        require(pings[0] == PINGS, "only " + pings[0] + " of " + PINGS + " pings came back");
        step(
                String.format(
                        Locale.ROOT,
                        "%d pings: shortest %.2f, mean %.2f, longest %.2f ms",
                        PINGS,
                        pings[1] / 1e6,
                        pings[2] / 1e6,
                        pings[3] / 1e6),
                start);
        long crc = server.ask("serve " + mebibytes)[0];
        start = System.nanoTime();
        long[] fetched = client.ask("fetch");
        require(fetched[0] == (long) mebibytes << 20 && fetched[2] == crc, "the file arrived damaged");
        step(
                String.format(
                        Locale.ROOT,
                        "%d MiB fetched over HTTP through the tunnel, checksum right: %.2f Gbit/s",
                        mebibytes,
                        fetched[0] * 8.0 / fetched[1]),
                start);
    }

    private void show(String interfaceName) throws IOException {
        requireGoingOn();
        DeviceStatus status = UapiSockets.SYSTEM.status(interfaceName);
        StringBuilder text = new StringBuilder();
        try {
            new StatusText(palette, false, System.currentTimeMillis() / 1000).append(status, text);
        } finally {
            UapiSockets.wipe(status);
        }
        out.println();
        out.println("$ sekisho show " + interfaceName);
        try (Stream<String> lines = text.toString().lines()) {
            lines.forEach(line -> out.println("    " + line));
        }
    }

    private void step(String what, long sinceNanos) {
        requireGoingOn();
        out.printf(
                Locale.ROOT, "  %s %-82s %7.2f s%n", palette.done("ok"), what, (System.nanoTime() - sinceNanos) / 1e9);
        out.flush();
    }

    private void requireGoingOn() {
        require(!stop.isRequested(), "stopped");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new DemoException(otherwise);
        }
    }

    private static void writeConfigurations(Path server, Path client) throws IOException {
        byte[] serverScalar = scalar();
        byte[] clientScalar = scalar();
        try (SecretKey serverKey = SecretKey.copyOf(serverScalar, 0);
                SecretKey clientKey = SecretKey.copyOf(clientScalar, 0)) {
            write(
                    server,
                    "[Interface]\nAddress = " + DemoNetwork.SERVER_INSIDE + "/24\nListenPort = " + PORT
                            + "\nPrivateKey = ",
                    serverKey,
                    "\n[Peer]\nPublicKey = " + publicKey(clientScalar) + "\nAllowedIPs = " + DemoNetwork.CLIENT_INSIDE
                            + "/32\n");
            write(
                    client,
                    "[Interface]\nAddress = " + DemoNetwork.CLIENT_INSIDE + "/24\nPrivateKey = ",
                    clientKey,
                    "\n[Peer]\nPublicKey = " + publicKey(serverScalar) + "\nAllowedIPs = "
                            + DemoNetwork.SERVER_INSIDE + "/24\nEndpoint = " + DemoNetwork.SERVER_OUTSIDE + ":" + PORT
                            + "\n");
        } finally {
            Wipe.bytes(serverScalar, clientScalar);
        }
    }

    private static void write(Path file, String before, SecretKey key, String after) throws IOException {
        byte[] base64 = Keys.base64(key);
        try (OutputStream conf = Files.newOutputStream(file)) {
            conf.write(before.getBytes(StandardCharsets.US_ASCII));
            conf.write(base64);
            conf.write(after.getBytes(StandardCharsets.US_ASCII));
        } finally {
            Wipe.bytes(base64);
        }
    }

    private static byte[] scalar() {
        byte[] scalar = new byte[SecretKey.BYTES];
        Entropy.system().fill(scalar, 0, scalar.length);
        X25519.clamp(scalar);
        return scalar;
    }

    private static PublicKey publicKey(byte[] scalar) {
        byte[] point = new byte[PublicKey.BYTES];
        new X25519().publicKey(scalar, point);
        return PublicKey.of(point, 0);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
