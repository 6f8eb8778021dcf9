package dev.sekisho.it.lab;

import java.util.regex.Pattern;

/// Counts packets of a kind that a host sends or receives, by a rule of nftables that lets all pass. Ends with its
/// namespace.
public final class PacketCounter {
    /// First packets of connections.
    public static final String SYN = "tcp flags & (syn | ack) == syn";

    private static final Pattern PACKETS = Pattern.compile("packets (\\d+)");

    private final Namespace namespace;
    private final String table;

    private PacketCounter(Namespace namespace, String table) {
        this.namespace = namespace;
        this.table = table;
    }

    /// Counts what comes in.
    ///
    /// @param name of the counter, one word, once in a namespace
    /// @param match as nftables takes it
    public static PacketCounter input(Namespace namespace, String name, String match) {
        return on(namespace, name, "input", match);
    }

    /// Counts what goes out.
    public static PacketCounter output(Namespace namespace, String name, String match) {
        return on(namespace, name, "output", match);
    }

    private static PacketCounter on(Namespace namespace, String name, String hook, String match) {
        String rules = """
            add table inet NAME
            add chain inet NAME count { type filter hook HOOK priority -300 ; policy accept ; }
            add rule inet NAME count MATCH counter
            """;
        namespace
                .command("nft", "-f", "-")
                .withInput(rules.replace("NAME", name).replace("HOOK", hook).replace("MATCH", match))
                .run()
                .orThrow();
        return new PacketCounter(namespace, name);
    }

    /// Packets since it was made.
    public long count() {
        String text = namespace.run("nft", "list", "table", "inet", table).out();
        var packets = PACKETS.matcher(text);
        if (!packets.find()) {
            throw new LabException("no counter in " + text);
        }
        return Long.parseLong(packets.group(1));
    }
}
