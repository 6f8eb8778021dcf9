package dev.sekisho.control.demo;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Two network namespaces joined by a virtual cable. One owner thread; [#close] removes both.
///
/// All addresses are from 198.18.0.0/15, which is set aside for tests of network devices. Source: RFC 2544, RFC 6890.
/// ```text
///  server namespace                                  client namespace
///  198.18.77.1/30  <---------- veth pair ----------> 198.18.77.2/30      outside
///  198.19.77.1/24  <=========== tunnel ============> 198.19.77.2/24      inside
/// ```
final class DemoNetwork implements AutoCloseable {
    static final String SERVER_OUTSIDE = "198.18.77.1";
    static final String CLIENT_OUTSIDE = "198.18.77.2";
    static final String SERVER_INSIDE = "198.19.77.1";
    static final String CLIENT_INSIDE = "198.19.77.2";

    private static final System.Logger LOG = System.getLogger(DemoNetwork.class.getName());
    private static final Pattern NAME = Pattern.compile("skdemo-[sc]-(\\d+)");

    private final String server;
    private final String client;

    private DemoNetwork(String server, String client) {
        this.server = server;
        this.client = client;
    }

    /// Makes namespaces and cable, after removing what a killed demo may have left.
    static DemoNetwork create(long pid) {
        removeLeftOvers();
        DemoNetwork network = new DemoNetwork("skdemo-s-" + pid, "skdemo-c-" + pid);
        try {
            network.build("skvs" + pid, "skvc" + pid);
            return network;
        } catch (DemoException e) {
            network.close();
            throw e;
        }
    }

    String server() {
        return server;
    }

    String client() {
        return client;
    }

    @Override
    public void close() {
        List<String> present = Ip.namespaces();
        for (String name : List.of(client, server)) {
            if (present.contains(name)) {
                remove(name);
            }
        }
    }

    private void build(String serverEnd, String clientEnd) {
        Ip.run("netns", "add", server);
        Ip.run("netns", "add", client);
        Ip.run("link", "add", serverEnd, "netns", server, "type", "veth", "peer", "name", clientEnd, "netns", client);
        attach(server, serverEnd, SERVER_OUTSIDE);
        attach(client, clientEnd, CLIENT_OUTSIDE);
    }

    private static void attach(String namespace, String end, String address) {
        Ip.run("-n", namespace, "address", "add", address + "/30", "dev", end);
        Ip.run("-n", namespace, "link", "set", end, "up");
        Ip.run("-n", namespace, "link", "set", "lo", "up");
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
