package dev.sekisho.control.device;

import dev.sekisho.control.tunnel.InterfaceAddress;
import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which addresses of the tunnel's networks are free. One owner thread, used once.
final class AddressPool {
    private static final int BITS_V4 = 32;
    private static final int BITS_V6 = 128;

    private final List<InterfaceAddress> server;
    private final Set<Cidr> taken;

    /// @param server the server's own addresses, with the networks to take from
    /// @param taken addresses of devices
    AddressPool(List<InterfaceAddress> server, Set<Cidr> taken) {
        this.server = server;
        this.taken = new HashSet<>(taken);
        server.forEach(own -> this.taken.add(host(own.address())));
    }

    private static Cidr host(InetAddress address) {
        return Cidr.of(address, 8 * address.getAddress().length);
    }

    /// The lowest free address of each network; a network that is full gives none.
    List<Cidr> next() {
        List<Cidr> free = new ArrayList<>();
        for (InterfaceAddress own : server) {
            next(own.network()).ifPresent(free::add);
        }
        return free;
    }

    /// Neither the network's own address nor, in IPv4, that of everybody in it.
    private Optional<Cidr> next(Cidr network) {
        int bits = network.v4() ? BITS_V4 : BITS_V6;
        int hostBits = Math.min(bits - network.prefixLength(), Long.SIZE - 2);
        long last = (1L << hostBits) - (network.v4() ? 2 : 1);
        for (long number = 1; number <= last; number++) {
            Cidr candidate = at(network, bits, number);
            if (!taken.contains(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static Cidr at(Cidr network, int bits, long number) {
        long low = network.low() | number;
        try {
            byte[] bytes = network.v4()
                    ? ByteBuffer.allocate(Integer.BYTES).putInt((int) low).array()
                    : ByteBuffer.allocate(2 * Long.BYTES)
                            .putLong(network.high())
                            .putLong(low)
                            .array();
            return Cidr.of(InetAddress.getByAddress(bytes), bits);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are address lengths", e);
        }
    }

    /// Why an address that somebody wants can't be had; empty when it can.
    Optional<String> refuse(Cidr wanted) {
        Optional<InterfaceAddress> around = server.stream()
                .filter(own ->
                        own.network().v4() == wanted.v4() && own.network().contains(wanted.high(), wanted.low()))
                .findFirst();
        if (around.isEmpty()) {
            return Optional.of(wanted.addressText() + " lies in no network of the tunnel: "
                    + String.join(
                            ", ",
                            server.stream().map(own -> own.network().toString()).toList()));
        }
        Cidr network = around.get().network();
        int hostBits = (network.v4() ? BITS_V4 : BITS_V6) - network.prefixLength();
        long hosts = hostBits >= Long.SIZE ? -1 : (1L << hostBits) - 1;
        boolean edge = wanted.high() == network.high()
                && (wanted.low() == network.low() || (network.v4() && (wanted.low() & hosts) == hosts));
        if (edge) {
            return Optional.of(wanted.addressText() + " stands for the whole network " + network);
        }
        return taken.contains(wanted) ? Optional.of(wanted.addressText() + " is taken") : Optional.empty();
    }
}
