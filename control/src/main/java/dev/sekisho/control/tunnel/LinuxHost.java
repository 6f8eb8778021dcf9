package dev.sekisho.control.tunnel;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Linux host that this process runs on. Thread-safe.
public final class LinuxHost implements HostSettings {
    private static final System.Logger LOG = System.getLogger(LinuxHost.class.getName());
    private static final Path SRC_VALID_MARK = Path.of("/proc/sys/net/ipv4/conf/all/src_valid_mark");
    private static final Path CONF_V4 = Path.of("/proc/sys/net/ipv4/conf");

    /// The source has to be reachable, by whatever interface. The kernel takes the higher one of an interface's value
    /// and
    /// that for all interfaces, so 0 would not help on a host with a strict filter (1) for all.
    private static final String LOOSE = "2";

    private static final Path RESOLVCONF_ORDER = Path.of("/etc/resolvconf/interface-order");
    private static final Pattern ORDER_PREFIX = Pattern.compile("([A-Za-z0-9-]+)\\*");

    /// Port of the datagram socket that is connected, but never used, to learn a route: discard, RFC 863.
    private static final int ANY_PORT = 9;

    private final Stop stop;

    /// @param stop ends pauses early
    public LinuxHost(Stop stop) {
        this.stop = stop;
    }

    @Override
    public void runHook(String line) {
        run(List.of("/bin/bash", "-c", line), "");
    }

    @Override
    public boolean setDns(String interfaceName, List<InetAddress> servers, List<String> searchDomains) {
        Optional<Path> resolvconf = findProgram("resolvconf");
        if (resolvconf.isEmpty()) {
            return false;
        }
        StringBuilder text = new StringBuilder();
        servers.forEach(server ->
                text.append("nameserver ").append(server.getHostAddress()).append('\n'));
        if (!searchDomains.isEmpty()) {
            text.append("search ").append(String.join(" ", searchDomains)).append('\n');
        }
        String entry = resolvconfPrefix() + interfaceName;
        run(List.of(resolvconf.get().toString(), "-a", entry, "-m", "0", "-x"), text.toString());
        return true;
    }

    @Override
    public void unsetDns(String interfaceName) {
        findProgram("resolvconf")
                .ifPresent(resolvconf ->
                        run(List.of(resolvconf.toString(), "-d", resolvconfPrefix() + interfaceName, "-f"), ""));
    }

    @Override
    public void acceptMarkedReplies() {
        try {
            if (!Files.readString(SRC_VALID_MARK).strip().equals("1")) {
                Files.writeString(SRC_VALID_MARK, "1\n");
            }
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "{0} can''t be set to 1: with a strict reverse path filter replies may be lost",
                    SRC_VALID_MARK);
        }
    }

    @Override
    public void acceptAsymmetricSources(String interfaceName) {
        Path setting = CONF_V4.resolve(interfaceName).resolve("rp_filter");
        try {
            if (!Files.readString(setting).strip().equals(LOOSE)) {
                Files.writeString(setting, LOOSE + "\n");
            }
        } catch (IOException e) {
            throw new TunnelException(
                    setting + " can't be set to " + LOOSE + ": packets handed off would be lost; is it read-only?", e);
        }
    }

    /// Connects a socket, which sends nothing, and looks at the interface that its source address belongs
    /// to.
    @Override
    public OptionalInt pathMtu(InetAddress destination) {
        boolean v4 = destination.getAddress().length == 4;
        try (DatagramChannel channel =
                DatagramChannel.open(v4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6)) {
            channel.connect(new InetSocketAddress(destination, ANY_PORT));
            InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
            NetworkInterface link = NetworkInterface.getByInetAddress(local.getAddress());
            return link == null ? OptionalInt.empty() : OptionalInt.of(link.getMTU());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "no route to an endpoint yet: {0}", e.getMessage());
            return OptionalInt.empty();
        }
    }

    @Override
    public InetAddress resolve(String name) throws UnknownHostException {
        return InetAddress.getByName(name);
    }

    @Override
    public boolean pause(long millis) {
        try {
            return !stop.await(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void run(List<String> command, String input) {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new TunnelException(command.getFirst() + " can't be run: " + e.getMessage(), e);
        }
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} did not read its input", command.getFirst());
        }
        try {
            int status = process.waitFor();
            if (status != 0) {
                throw new TunnelException(
                        command.getFirst() + " ended with status " + status + ": " + KeyForm.hidden(command.getLast()));
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new TunnelException("interrupted while waiting for " + command.getFirst(), e);
        }
    }

    private static Optional<Path> findProgram(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/sbin:/usr/bin:/sbin:/bin");
        List<Path> found = new ArrayList<>();
        for (String directory : path.split(":", -1)) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory).resolve(name);
            if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
                found.add(candidate);
            }
        }
        return found.stream().findFirst();
    }

    /// Debian's resolvconf orders entries by interface name; the first pattern of its list puts ours on top.
    private static String resolvconfPrefix() {
        if (!Files.isRegularFile(RESOLVCONF_ORDER)) {
            return "";
        }
        try {
            for (String line : Files.readAllLines(RESOLVCONF_ORDER)) {
                Matcher matcher = ORDER_PREFIX.matcher(line.strip());
                if (matcher.matches()) {
                    return matcher.group(1) + ".";
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} can''t be read: {1}", RESOLVCONF_ORDER, e.getMessage());
        }
        return "";
    }
}
