package dev.sekisho.dataplane.wire;

import dev.sekisho.policy.Cidr;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/// Where a peer is reached: remote UDP address, and the local address that it last talked to.
///
/// Addresses are 16 bytes, big-endian, in two longs; IPv4 is mapped (`::ffff:192.0.2.1`). The source half is
/// all zero when unknown; replies that carry it leave from the address that the peer knows (a "sticky"
/// source). Equality looks at address, port and scope of the remote half only. Immutable and thread-safe.
public final class Endpoint {
    private static final long V4_MAPPED = 0x0000_ffff_0000_0000L;
    private static final long V4_MASK = 0xffff_ffff_0000_0000L;

    private final long addressHigh;
    private final long addressLow;
    private final int port;
    private final int scopeId;
    private final long sourceHigh;
    private final long sourceLow;
    private final int sourceInterface;

    private Endpoint(
            long addressHigh,
            long addressLow,
            int port,
            int scopeId,
            long sourceHigh,
            long sourceLow,
            int sourceInterface) {
        this.addressHigh = addressHigh;
        this.addressLow = addressLow;
        this.port = port & 0xffff;
        this.scopeId = scopeId;
        this.sourceHigh = sourceHigh;
        this.sourceLow = sourceLow;
        this.sourceInterface = sourceInterface;
    }

    /// The endpoint of a received datagram. Never throws; of `port` the low 16 bits count.
    public static Endpoint of(
            long addressHigh,
            long addressLow,
            int port,
            int scopeId,
            long sourceHigh,
            long sourceLow,
            int sourceInterface) {
        return new Endpoint(addressHigh, addressLow, port, scopeId, sourceHigh, sourceLow, sourceInterface);
    }

    /// The endpoint at a socket address, source unknown.
    ///
    /// @throws IllegalArgumentException when the address is an unresolved name
    public static Endpoint of(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        if (host == null) {
            throw new IllegalArgumentException("'" + address.getHostString() + "' is not resolved");
        }
        int scopeId = host instanceof Inet6Address six ? six.getScopeId() : 0;
        ByteBuffer bytes = ByteBuffer.wrap(host.getAddress());
        boolean v4 = bytes.capacity() == 4;
        long high = v4 ? 0 : bytes.getLong();
        long low = v4 ? V4_MAPPED | (bytes.getInt() & 0xffff_ffffL) : bytes.getLong();
        return new Endpoint(high, low, address.getPort(), scopeId, 0, 0, 0);
    }

    /// Reads `192.0.2.1:51820` or `[2001:db8::1]:51820` (a scope may follow a `%`). Literals only: never asks
    /// a resolver.
    ///
    /// @throws IllegalArgumentException with a sentence that names what is wrong
    public static Endpoint parse(String hostPort) {
        int colon = hostPort.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("endpoint '" + hostPort + "' has no port");
        }
        String host = hostPort.substring(0, colon);
        boolean bracketed = host.length() > 2 && host.startsWith("[") && host.endsWith("]");
        if (!bracketed && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("endpoint '" + hostPort + "' needs its IPv6 address in brackets");
        }
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
            if (host.indexOf(':') < 0) {
                throw new IllegalArgumentException("endpoint '" + hostPort + "' has no IPv6 address in its brackets");
            }
        }
        return of(new InetSocketAddress(Cidr.parseAddress(host), parsePort(hostPort, hostPort.substring(colon + 1))));
    }

    private static int parsePort(String hostPort, String text) {
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = digits ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("endpoint '" + hostPort + "' has no port between 1 and 65535");
        }
        return port;
    }

    /// First eight bytes of the remote address.
    public long addressHigh() {
        return addressHigh;
    }

    /// Last eight bytes of the remote address.
    public long addressLow() {
        return addressLow;
    }

    /// Remote UDP port, 0..65535.
    public int port() {
        return port;
    }

    /// Interface index that a link-local remote address belongs to, else 0.
    public int scopeId() {
        return scopeId;
    }

    /// First eight bytes of the local address, 0 = unknown.
    public long sourceHigh() {
        return sourceHigh;
    }

    /// Last eight bytes of the local address, 0 = unknown.
    public long sourceLow() {
        return sourceLow;
    }

    /// Index of the interface that the peer's datagram came in by, 0 = unknown.
    public int sourceInterface() {
        return sourceInterface;
    }

    /// The same remote, source unknown: what to use after the local addresses changed.
    public Endpoint withoutSource() {
        return sourceHigh == 0 && sourceLow == 0 && sourceInterface == 0
                ? this
                : new Endpoint(addressHigh, addressLow, port, scopeId, 0, 0, 0);
    }

    /// Whether the remote address is IPv4.
    public boolean isV4() {
        return addressHigh == 0 && (addressLow & V4_MASK) == V4_MAPPED;
    }

    /// Whether `other` has the same remote and the same source as this one.
    public boolean sameWithSource(Endpoint other) {
        return equals(other)
                && sourceHigh == other.sourceHigh
                && sourceLow == other.sourceLow
                && sourceInterface == other.sourceInterface;
    }

    /// The remote as a socket address.
    public InetSocketAddress socketAddress() {
        try {
            if (isV4()) {
                byte[] four = ByteBuffer.allocate(4).putInt((int) addressLow).array();
                return new InetSocketAddress(InetAddress.getByAddress(four), port);
            }
            byte[] sixteen = ByteBuffer.allocate(16)
                    .putLong(addressHigh)
                    .putLong(addressLow)
                    .array();
            int scope = scopeId == 0 ? -1 : scopeId;
            return new InetSocketAddress(Inet6Address.getByAddress(null, sixteen, scope), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are address lengths", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Endpoint that
                && addressLow == that.addressLow
                && addressHigh == that.addressHigh
                && port == that.port
                && scopeId == that.scopeId;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(addressHigh * 31 + addressLow) * 31 + port * 31 + scopeId;
    }

    /// `192.0.2.1:51820`, `[2001:db8::1]:51820` or, link-local, `[fe80::1%2]:51820`.
    @Override
    public String toString() {
        boolean v4 = isV4();
        String text = new Cidr(addressHigh, addressLow, v4 ? 32 : 128, v4).toString();
        String address = text.substring(0, text.indexOf('/'));
        if (v4) {
            return address + ":" + port;
        }
        return "[" + address + (scopeId == 0 ? "" : "%" + scopeId) + "]:" + port;
    }
}
