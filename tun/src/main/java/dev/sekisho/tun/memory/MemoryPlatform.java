package dev.sekisho.tun.memory;

import dev.sekisho.tun.Platform;
import dev.sekisho.tun.Poller;
import dev.sekisho.tun.PortInUseException;
import dev.sekisho.tun.TunOffload;
import dev.sekisho.tun.UdpOptions;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One node of a [MemoryNetwork]. Thread-safe.
public final class MemoryPlatform implements Platform {
    private static final int FIRST_EPHEMERAL_PORT = 49_152;

    private final MemoryNetwork network;
    private final MemoryLinks links;
    private List<Address> addresses;
    private TunOffload offload = new TunOffload(true, true, true, true);
    private int nextPort = FIRST_EPHEMERAL_PORT;

    MemoryPlatform(MemoryNetwork network, InetAddress... addresses) {
        this.network = network;
        this.links = new MemoryLinks(network);
        this.addresses = Arrays.stream(addresses).map(Address::of).toList();
    }

    /// Moves the node: its sockets stay open and have these addresses from now on.
    public void addresses(InetAddress... addresses) {
        network.lock().lock();
        try {
            this.addresses = Arrays.stream(addresses).map(Address::of).toList();
        } finally {
            network.lock().unlock();
        }
    }

    /// What TUN devices opened from now on accept.
    public void offload(TunOffload offload) {
        network.lock().lock();
        try {
            this.offload = offload;
        } finally {
            network.lock().unlock();
        }
    }

    @Override
    public MemoryTun openTun(String name, int queues, int mtu) {
        network.lock().lock();
        try {
            return links.addTun(name, queues, mtu, offload);
        } finally {
            network.lock().unlock();
        }
    }

    @Override
    public MemoryUdp openUdp(UdpOptions options) {
        network.lock().lock();
        try {
            List<MemoryUdp> mine = network.sockets(this);
            int port = options.port() == 0 ? freePort(mine) : options.port();
            if (mine.stream().anyMatch(other -> other.port() == port && !(other.sharesPort() && options.reusePort()))) {
                throw new PortInUseException(port);
            }
            MemoryUdp socket = new MemoryUdp(this, network, port, options);
            network.attach(socket);
            return socket;
        } finally {
            network.lock().unlock();
        }
    }

    private int freePort(List<MemoryUdp> mine) {
        while (mine.stream().anyMatch(socket -> socket.port() == nextPort)) {
            nextPort++;
        }
        return nextPort++;
    }

    @Override
    public Poller openPoller() {
        return new MemoryPoller(network);
    }

    @Override
    public MemoryLinks links() {
        return links;
    }

    /// Call with the lock held.
    boolean has(Address address) {
        return addresses.contains(address);
    }

    /// The address to send from: the wanted one if we have it, else the first of the destination's family.
    /// Call with the lock held.
    Optional<Address> source(Address wanted, Address to) {
        return has(wanted)
                ? Optional.of(wanted)
                : addresses.stream().filter(a -> a.isV4() == to.isV4()).findFirst();
    }
}
