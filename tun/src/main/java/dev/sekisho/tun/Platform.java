package dev.sekisho.tun;

import java.lang.foreign.Arena;

/// The door to one operating system: everything the data plane needs from it.
///
/// Thread-safe. What it opens is not: each port names its owner.
public interface Platform {
    /// Creates a TUN device with `queues` queues. Sets the MTU and leaves the link down: [Links#up] starts
    /// the traffic.
    ///
    /// @param name wanted interface name; a `%d` in it lets the kernel choose a number
    /// @param queues number of queues, at least 1
    /// @param mtu largest IP packet in bytes
    /// @throws TunException with a sentence that says what is wrong and what to do
    TunDevice openTun(String name, int queues, int mtu);

    /// Opens one UDP socket for both address families, bound to all local addresses.
    ///
    /// @throws TunException when the port is busy, not allowed, or the system has no UDP
    UdpSocket openUdp(UdpOptions options);

    /// Opens a poller without members.
    Poller openPoller();

    /// The links, addresses, routes and rules of this process's network namespace.
    Links links();

    /// Memory for large tables, freed when nobody reaches it any more: zero, and where the system can do so without
    /// taking room before it is written to.
    default Arena tables() {
        return Arena.ofAuto();
    }
}
