package dev.sekisho.control.web;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/// What a [WebServer] has beside its routes. Immutable.
///
/// @param listen where it listens
/// @param tls makes its connections; empty = plain HTTP, for tests only
/// @param protocols the TLS protocols that it speaks
/// @param hosts the names that it answers to, asked for each request
/// @param limits how often one may ask
/// @param idempotency remembers answers, if anybody does
/// @param events the live events
/// @param portal the portal's files
public record WebOptions(
        InetSocketAddress listen,
        Optional<SSLContext> tls,
        Set<String> protocols,
        Supplier<HostNames> hosts,
        RateLimits limits,
        Optional<Idempotency> idempotency,
        EventStream events,
        PortalFiles portal) {
    public WebOptions {
        protocols = Set.copyOf(protocols);
    }

    /// A server on a loopback port without limits, for tests of what is behind it.
    public static WebOptions plain() {
        return new WebOptions(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                Optional.empty(),
                Set.of(),
                HostNames::any,
                RateLimits.none(),
                Optional.empty(),
                new EventStream("test"),
                PortalFiles.ofThisBuild());
    }

    /// The same on another address.
    public WebOptions withListen(InetSocketAddress next) {
        return new WebOptions(next, tls, protocols, hosts, limits, idempotency, events, portal);
    }

    /// The same with TLS.
    public WebOptions withTls(SSLContext next, Set<String> names) {
        return new WebOptions(listen, Optional.of(next), names, hosts, limits, idempotency, events, portal);
    }

    /// The same for these names only.
    public WebOptions withHosts(Supplier<HostNames> next) {
        return new WebOptions(listen, tls, protocols, next, limits, idempotency, events, portal);
    }

    /// The same with other limits.
    public WebOptions withLimits(RateLimits next) {
        return new WebOptions(listen, tls, protocols, hosts, next, idempotency, events, portal);
    }

    /// The same with a memory of answers.
    public WebOptions withIdempotency(Idempotency next) {
        return new WebOptions(listen, tls, protocols, hosts, limits, Optional.of(next), events, portal);
    }

    /// The same with another stream of events.
    public WebOptions withEvents(EventStream next) {
        return new WebOptions(listen, tls, protocols, hosts, limits, idempotency, next, portal);
    }

    /// The same with another portal.
    WebOptions withPortal(PortalFiles next) {
        return new WebOptions(listen, tls, protocols, hosts, limits, idempotency, events, next);
    }
}
