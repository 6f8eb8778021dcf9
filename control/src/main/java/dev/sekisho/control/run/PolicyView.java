package dev.sekisho.control.run;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Explanation;
import dev.sekisho.policy.compile.PolicySnapshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;

/// A compiled policy, as its operator asks it. Immutable.
record PolicyView(PolicySnapshot snapshot) {
    /// As [dev.sekisho.control.socket.Enforcer#explain].
    Explanation explain(UserId user, InetSocketAddress destination, int protocol, int port, long epochSecond) {
        InetAddress address = destination.getAddress();
        Cidr host = Cidr.of(address, 8 * address.getAddress().length);
        return snapshot.explain(user, host.high(), host.low(), protocol, port, Instant.ofEpochSecond(epochSecond));
    }
}
