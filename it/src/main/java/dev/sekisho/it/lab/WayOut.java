package dev.sekisho.it.lab;

import java.util.List;

/// Notices whatever a host tries to send to the world beyond the lab: packets to other addresses, packets that the
/// kernel
/// refused for want of a route (a packet filter never sees those), and questions to any name server. Ends with its
/// namespace.
///
/// @param namespace the host
/// @param beyond packets to addresses that no host of a lab has
/// @param names questions to name servers, wherever they are
/// @param unroutable what [#unroutable(Namespace)] said at the start
public record WayOut(Namespace namespace, PacketCounter beyond, PacketCounter names, long unroutable) {
    /// The lab's cables and tunnels, its own host, groups on the link.
    private static final String BEYOND =
            "ip daddr != { 127.0.0.0/8, 198.18.0.0/15, 224.0.0.0/4 } ip daddr != 255.255.255.255";

    /// Starts to watch.
    public static WayOut watch(Namespace namespace) {
        return new WayOut(
                namespace,
                PacketCounter.output(namespace, "beyond", BEYOND),
                PacketCounter.output(namespace, "names", "meta l4proto { tcp, udp } th dport { 53, 853, 5353 }"),
                unroutable(namespace));
    }

    /// Attempts since it was made.
    public long attempts() {
        return beyond.count() + names.count() + unroutable(namespace) - unroutable;
    }

    /// What the kernel had no route for, of both families. Source: RFC 4293 `ipSystemStatsOutNoRoutes`.
    private static long unroutable(Namespace namespace) {
        List<String> words4 = columns(namespace, 0);
        List<String> values4 = columns(namespace, 1);
        long count4 = Long.parseLong(values4.get(words4.indexOf("OutNoRoutes")));
        long count6 = namespace
                .run("cat", "/proc/net/snmp6")
                .out()
                .lines()
                .filter(line -> line.startsWith("Ip6OutNoRoutes"))
                .mapToLong(line ->
                        Long.parseLong(line.substring("Ip6OutNoRoutes".length()).strip()))
                .sum();
        return count4 + count6;
    }

    private static List<String> columns(Namespace namespace, int line) {
        return namespace
                .run("cat", "/proc/net/snmp")
                .out()
                .lines()
                .filter(text -> text.startsWith("Ip:"))
                .skip(line)
                .findFirst()
                .map(text -> List.of(text.split(" ", -1)))
                .orElseThrow(() -> new LabException("the kernel tells no numbers of IP"));
    }
}
