package dev.sekisho.control.web;

import io.javalin.http.Context;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.function.LongSupplier;

/// How often one address and one principal may ask; what exceeds it is answered with 429 and `Retry-After`. Routes on
/// which somebody proves who they are have a limit of their own. Thread-safe.
public final class RateLimits {
    private static final TokenBuckets.Rate ADDRESS = new TokenBuckets.Rate(500, 1000);
    private static final TokenBuckets.Rate PRINCIPAL = new TokenBuckets.Rate(300, 600);
    private static final TokenBuckets.Rate LOGIN = new TokenBuckets.Rate(0.5, 30);
    private static final TokenBuckets.Rate UNLIMITED = new TokenBuckets.Rate(1e9, Integer.MAX_VALUE);
    private static final int NETWORK_BYTES = 8;
    private static final int SITE_BYTES = 6;

    private final TokenBuckets addresses;
    private final TokenBuckets principals;
    private final TokenBuckets logins;
    private final LongSupplier nanoTime;

    private RateLimits(TokenBuckets addresses, TokenBuckets principals, TokenBuckets logins, LongSupplier nanoTime) {
        this.addresses = addresses;
        this.principals = principals;
        this.logins = logins;
        this.nanoTime = nanoTime;
    }

    /// Those of a server.
    public static RateLimits standard(LongSupplier nanoTime) {
        return new RateLimits(
                new TokenBuckets(ADDRESS), new TokenBuckets(PRINCIPAL), new TokenBuckets(LOGIN), nanoTime);
    }

    /// None, for a server that only tests reach.
    static RateLimits none() {
        return new RateLimits(
                new TokenBuckets(UNLIMITED), new TokenBuckets(UNLIMITED), new TokenBuckets(UNLIMITED), () -> 0);
    }

    /// To be asked before anything is done for a request.
    void admit(Context context) {
        require(context, addresses.take(network(Source.of(context)), nanoTime.getAsLong()));
    }

    /// To be asked once the route is known, before credentials are looked at.
    void admit(Context context, Route route) {
        boolean proof = route.access().kind() != Access.Kind.USER && !Gate.isSafe(route.method());
        if (proof) {
            require(context, logins.take(network(Source.of(context)), nanoTime.getAsLong()));
        }
    }

    /// To be asked once it is known who is asking.
    void admit(Context context, Principal principal) {
        require(context, principals.take(principal.userId().orElse(principal.name()), nanoTime.getAsLong()));
    }

    private static void require(Context context, long waitSeconds) {
        if (waitSeconds > 0) {
            context.header("Retry-After", Long.toString(waitSeconds));
            throw Problem.tooMany("too many requests; try again in " + waitSeconds + " s");
        }
    }

    /// Whoever has an IPv6 address has 2^64 of them.
    static String network(String address) {
        return network(address, NETWORK_BYTES);
    }

    /// The addresses that belong together at most: an IPv4 address, or the 2^16 IPv6 networks that one site may have.
    public static String site(String address) {
        return network(address, SITE_BYTES);
    }

    private static String network(String address, int prefixBytes) {
        try {
            InetAddress parsed = InetAddress.ofLiteral(Source.withoutZone(address));
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(parsed.getAddress(), 0, prefixBytes)
                    : address;
        } catch (IllegalArgumentException e) {
            return address;
        }
    }
}
