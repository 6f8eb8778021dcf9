package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.peer.AllowedIps;
import java.util.Objects;

/// What the packet path consults, as one immutable snapshot: it changes as a whole or not at all.
///
/// @param allowedIps which peer owns which inner address
/// @param mtu MTU of the TUN, 1..65535: padding never makes a packet longer
public record EngineConfig(AllowedIps allowedIps, int mtu) {
    /// Nobody owns anything.
    public static final EngineConfig EMPTY = new EngineConfig(AllowedIps.EMPTY, 1420);

    /// @throws IllegalArgumentException when the MTU is out of range
    public EngineConfig {
        Objects.requireNonNull(allowedIps, "allowedIps");
        if (mtu < 1 || mtu > 0xffff) {
            throw new IllegalArgumentException("MTU " + mtu + " is out of range");
        }
    }
}
