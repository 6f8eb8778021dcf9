package dev.sekisho.control.explain;

import dev.sekisho.control.policy.Texts;
import dev.sekisho.control.socket.ControlException;
import dev.sekisho.control.socket.Ends;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Instant;

/// What somebody wants to have explained. Immutable.
///
/// @param who who asks for the flow
/// @param destination where it is to go
/// @param host the same address as a block
/// @param protocol the IP protocol number
/// @param at at which moment
record Question(Who who, InetSocketAddress destination, Cidr host, int protocol, Instant at) {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    /// Who asks for a flow.
    sealed interface Who {
        /// A user, on any device.
        record OfUser(UserId user) implements Who {}

        /// One device.
        record OfDevice(DeviceId device) implements Who {}

        /// A host that is nobody's device.
        record OfHost(Cidr host) implements Who {}
    }

    /// Reads the query.
    ///
    /// @throws Problem 400 naming the parameter
    static Question of(Request request, Instant now) {
        String subject = request.query("subject").orElseThrow(() -> Problem.invalid("subject", "is missing"));
        String target = request.query("target").orElseThrow(() -> Problem.invalid("target", "is missing"));
        InetSocketAddress destination = Checked.field("target", () -> end(target));
        boolean v6 = destination.getAddress() instanceof Inet6Address;
        int protocol = switch (request.query("protocol").orElse("tcp")) {
            case "tcp" -> TCP;
            case "udp" -> UDP;
            case "icmp" -> v6 ? ICMPV6 : ICMP;
            default -> throw Problem.invalid("protocol", "is tcp, udp or icmp");
        };
        Instant at = request.query("at")
                .map(text -> Checked.field("at", () -> Texts.instant(text)))
                .orElse(now);
        Cidr host = Cidr.of(destination.getAddress(), v6 ? 128 : 32);
        return new Question(Checked.field("subject", () -> who(subject)), destination, host, protocol, at);
    }

    private static InetSocketAddress end(String text) {
        try {
            return Ends.parse(text);
        } catch (ControlException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Who who(String subject) {
        int colon = subject.indexOf(':');
        String name = subject.substring(colon + 1);
        return switch (colon < 0 ? "" : subject.substring(0, colon)) {
            case "user" -> new Who.OfUser(new UserId(name));
            case "device" -> new Who.OfDevice(new DeviceId(name));
            case "network" -> new Who.OfHost(host(name));
            default ->
                subject.indexOf('/') < 0
                        ? new Who.OfUser(new UserId(subject))
                        : new Who.OfDevice(new DeviceId(subject));
        };
    }

    private static Cidr host(String name) {
        Cidr host = Cidr.parse(name);
        if (host.prefixLength() != (host.v4() ? 32 : 128)) {
            throw new IllegalArgumentException("'" + name + "' is many hosts: name one by its address");
        }
        return host;
    }
}
