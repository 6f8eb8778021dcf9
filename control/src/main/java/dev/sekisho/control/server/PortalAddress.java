package dev.sekisho.control.server;

import dev.sekisho.control.factor.PublicHost;
import java.util.LinkedHashSet;
import java.util.Set;

/// Where people open the portal. Immutable.
///
/// @param name the host's name or address that links carry
/// @param port of HTTPS
/// @param names all names that the server answers to
record PortalAddress(String name, int port, Set<String> names) {
    private static final int HTTPS = 443;

    static PortalAddress of(ServerOptions options) {
        Set<String> names = new LinkedHashSet<>(options.hostNames());
        return new PortalAddress(names.iterator().next(), options.listen().getPort(), names);
    }

    /// `https://host:port`, without a slash at the end.
    String url() {
        return url(name);
    }

    private String url(String host) {
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return "https://" + shown + (port == HTTPS ? "" : ":" + port);
    }

    /// What passkeys are bound to: the first name.
    PublicHost publicHost() {
        return new PublicHost(name, Set.of(url(name)));
    }
}
