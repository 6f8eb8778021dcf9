package dev.sekisho.control.demo;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Three network namespaces in a row, joined by two virtual cables. One owner thread; [#close] removes all of them.
///
/// All addresses are from 198.18.0.0/15, which is set aside for tests of network devices. Source: RFC 2544, RFC 6890.
/// ```text
///  client namespace              server namespace              target namespace
///  198.18.77.2/30 <-- veth --> 198.18.77.1/30
///  198.19.77.2/24 <= tunnel => 198.19.77.1/24
///                                198.18.78.1/24 <-- veth --> 198.18.78.10/24
/// ```
/// The target knows the way back to the tunnel's addresses, so nothing is translated on the way.
final class DemoNetwork implements AutoCloseable {
    static final String SERVER_OUTSIDE = "198.18.77.1";
    static final String SERVER_INSIDE = "198.19.77.1";
    static final String CLIENT_INSIDE = "198.19.77.2";
    static final String TUNNEL = "198.19.77.0/24";
    static final String SUBNET = "198.18.78.0/24";
    static final String TARGET = "198.18.78.10";

    /// An address behind the server that nobody has a grant for.
    static final String FORBIDDEN = "198.18.78.20";

    private static final String CLIENT_OUTSIDE = "198.18.77.2";
    private static final String GATEWAY = "198.18.78.1";
    private static final System.Logger LOG = System.getLogger(DemoNetwork.class.getName());
    private static final Pattern NAME = Pattern.compile("skdemo-[sct]-(\\d+)");

    private final String server;
    private final String client;
    private final String target;

    private DemoNetwork(long pid) {
        this.server = "skdemo-s-" + pid;
        this.client = "skdemo-c-" + pid;
        this.target = "skdemo-t-" + pid;
    }

    /// Makes namespaces and cables, after removing what a killed demo may have left.
    static DemoNetwork create(long pid) {
        removeLeftOvers();
        DemoNetwork network = new DemoNetwork(pid);
        boolean done = false;
        try {
            network.build(pid);
            done = true;
            return network;
        } finally {
            if (!done) {
                network.close();
            }
        }
    }

    String server() {
        return server;
    }

    String client() {
        return client;
    }

    String target() {
        return target;
    }

    @Override
    public void close() {
        List<String> present = Ip.namespaces();
        for (String name : List.of(client, server, target)) {
            if (present.contains(name)) {
                remove(name);
            }
        }
    }

    private void build(long pid) {
        for (String name : List.of(server, client, target)) {
            Ip.run("netns", "add", name);
            Ip.run("-n", name, "link", "set", "lo", "up");
        }
        cable(server, "skvs" + pid, SERVER_OUTSIDE + "/30", client, "skvc" + pid, CLIENT_OUTSIDE + "/30");
        cable(server, "skvg" + pid, GATEWAY + "/24", target, "skvt" + pid, TARGET + "/24");
        Ip.run("-n", target, "route", "add", TUNNEL, "via", GATEWAY);
        Ip.run("netns", "exec", server, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    }

    private static void cable(
            String left, String leftEnd, String leftAddress, String right, String rightEnd, String rightAddress) {
        Ip.run("link", "add", leftEnd, "netns", left, "type", "veth", "peer", "name", rightEnd, "netns", right);
        attach(left, leftEnd, leftAddress);
        attach(right, rightEnd, rightAddress);
    }

    private static void attach(String namespace, String end, String address) {
        Ip.run("-n", namespace, "address", "add", address, "dev", end);
        Ip.run("-n", namespace, "link", "set", end, "up");
    }

    private static void removeLeftOvers() {
        for (String name : Ip.namespaces()) {
            Matcher matcher = NAME.matcher(name);
            if (matcher.matches()
                    && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                remove(name);
            }
        }
    }

    private static void remove(String name) {
        try {
            Ip.run("netns", "delete", name);
        } catch (DemoException e) {
            LOG.log(Level.WARNING, "namespace {0} is left: {1}", name, e.getMessage());
        }
    }
}
