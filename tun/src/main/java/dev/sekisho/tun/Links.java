package dev.sekisho.tun;

import java.net.InetAddress;

/// The interfaces of this process's network namespace: addresses, routes, routing rules. Thread-safe.
///
/// Every method throws [LinkException] when the kernel refuses; its message says what was asked and why it
/// failed.
public interface Links {
    /// Index of the interface called `name`.
    int index(String name);

    boolean exists(String name);

    /// Whether an interface has this index.
    boolean exists(int index);

    /// Sets the largest IP packet in bytes.
    void mtu(int index, int mtu);

    int mtu(int index);

    /// Brings the link up.
    void up(int index);

    /// Takes the link down.
    void down(int index);

    /// Whether the link is administratively up.
    boolean isUp(int index);

    /// Removes the interface itself.
    void delete(int index);

    /// Gives the interface an address. An IPv6 address skips duplicate address detection; once the link is
    /// up, it is usable a moment later.
    void addAddress(int index, InetAddress address, int prefixLength);

    void removeAddress(int index, InetAddress address, int prefixLength);

    /// Sends a block of destinations into the interface.
    ///
    /// @param table routing table, 0 = main
    void addRoute(InetAddress destination, int prefixLength, int interfaceIndex, int table);

    void deleteRoute(InetAddress destination, int prefixLength, int interfaceIndex, int table);

    /// Makes a block of destinations this host's own for packets that a [Rule] sends into `table`: they go
    /// to its sockets instead of being forwarded. The route belongs to the loopback interface, so it stays
    /// when other interfaces go.
    ///
    /// @param table routing table, 0 = main
    void addLocalRoute(InetAddress destination, int prefixLength, int table);

    /// Takes back [#addLocalRoute]; a route of another kind to the same block is left alone.
    void deleteLocalRoute(InetAddress destination, int prefixLength, int table);

    void addRule(Rule rule);

    /// Removes the first rule that looks like this.
    void deleteRule(Rule rule);

    /// Watches one interface from a daemon thread of its own until closed or the interface is gone. The
    /// listener is told the current state first.
    Monitor monitor(int index, LinkListener listener);

    /// A running watch. `close` returns after the last call to the listener, except when the listener itself
    /// closes it.
    interface Monitor extends AutoCloseable {
        @Override
        void close();
    }
}
