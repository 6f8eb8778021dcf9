package dev.sekisho.control.tunnel;

import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/// Turns an endpoint as written into an address, asking again while the resolver isn't ready: at boot the tunnel may be
/// up before the network. One owner thread. Source: wg(8), `WG_ENDPOINT_RESOLUTION_RETRIES`.
final class EndpointResolver {
    private static final System.Logger LOG = System.getLogger(EndpointResolver.class.getName());

    /// Tries after the first one, as many as wg makes by default.
    static final int RETRIES = 15;

    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long MAX_PAUSE_MILLIS = 20_000;

    private final HostSettings host;

    EndpointResolver(HostSettings host) {
        this.host = host;
    }

    /// @throws TunnelException when the name doesn't exist or nobody could tell after all retries
    Endpoint resolve(HostPort written) {
        try {
            return Endpoint.of(new InetSocketAddress(Cidr.parseAddress(written.host()), written.port()));
        } catch (IllegalArgumentException e) {
            return Endpoint.of(new InetSocketAddress(lookUp(written), written.port()));
        }
    }

    private InetAddress lookUp(HostPort written) {
        long pauseMillis = FIRST_PAUSE_MILLIS;
        for (int tries = 0; ; tries++) {
            try {
                return host.resolve(written.host());
            } catch (UnknownHostException e) {
                if (tries == RETRIES || !isTransient(e)) {
                    throw new TunnelException(
                            "the endpoint's name '" + written.host() + "' can't be resolved: " + reason(e), e);
                }
                LOG.log(
                        Level.INFO,
                        "''{0}'' can''t be resolved yet ({1}); trying again in {2} ms",
                        written.host(),
                        reason(e),
                        pauseMillis);
            }
            if (!host.pause(pauseMillis)) {
                throw new TunnelException("asked to stop while resolving '" + written.host() + "'");
            }
            pauseMillis = Math.min(pauseMillis * 6 / 5, MAX_PAUSE_MILLIS);
        }
    }

    /// The JDK repeats the C library's words behind the name; only these tell "no such name" from "nobody answered".
    private static boolean isTransient(UnknownHostException e) {
        String words = reason(e).toLowerCase(Locale.ROOT);
        return words.contains("temporary") || words.contains("system error") || words.contains("try again");
    }

    private static String reason(UnknownHostException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        int colon = message.lastIndexOf(": ");
        return colon < 0 ? "unknown name" : message.substring(colon + 2);
    }
}
