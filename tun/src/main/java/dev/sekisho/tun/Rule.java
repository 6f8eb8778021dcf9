package dev.sekisho.tun;

/// A routing rule: which packets look into which table.
///
/// @param v4 IPv4, else IPv6
/// @param fwmark packets with this mark; 0 = all packets
/// @param invert all packets but those
/// @param table routing table to look into, 1..2^32-1 as an unsigned int
/// @param suppressPrefixLength routes of at most this prefix length found there do not count; -1 = all count
/// @param priority place among the rules, 0 = the kernel puts it before all added earlier
/// @param incomingInterface packets that came in by the interface of this name, which need not be there yet;
///     empty = all packets
/// @param outgoingInterface packets of sockets bound to the interface of this name; empty = all packets
public record Rule(
        boolean v4,
        int fwmark,
        boolean invert,
        int table,
        int suppressPrefixLength,
        int priority,
        String incomingInterface,
        String outgoingInterface) {
    /// The routing table that `ip route` shows. Source: `RT_TABLE_MAIN`.
    public static final int MAIN_TABLE = 254;

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException when the table is missing or the prefix length out of range
    public Rule {
        if (table == 0) {
            throw new IllegalArgumentException("a rule needs a table");
        }
        if (suppressPrefixLength < -1 || suppressPrefixLength > 128) {
            throw new IllegalArgumentException("prefix length " + suppressPrefixLength + " is out of range");
        }
    }

    /// Everything but packets marked `fwmark` looks into `table`: what carries the default route of a tunnel
    /// while the tunnel's own packets keep the old one.
    public static Rule unmarked(boolean v4, int fwmark, int table) {
        return new Rule(v4, fwmark, true, table, -1, 0, "", "");
    }

    /// The main table counts, except for its default route.
    public static Rule mainWithoutDefault(boolean v4) {
        return new Rule(v4, 0, false, MAIN_TABLE, 0, 0, "", "");
    }

    /// What came in by an interface looks into `table`, before all rules of a higher priority number.
    public static Rule incoming(boolean v4, String interfaceName, int table, int priority) {
        return new Rule(v4, 0, false, table, -1, priority, interfaceName, "");
    }

    /// What a socket bound to an interface sends looks into `table`.
    public static Rule outgoing(boolean v4, String interfaceName, int table, int priority) {
        return new Rule(v4, 0, false, table, -1, priority, "", interfaceName);
    }
}
