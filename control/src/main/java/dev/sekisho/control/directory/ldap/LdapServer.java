package dev.sekisho.control.directory.ldap;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/// Where an LDAP server listens and how it is spoken to. Immutable.
record LdapServer(String host, int port, Security security) {
    private static final int PORT = 389;
    private static final int TLS_PORT = 636;
    private static final int MAX_PORT = 65_535;
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?|\\[?0:0:0:0:0:0:0:1]?");

    /// How what is said is protected.
    enum Security {
        /// TLS from the first byte (`ldaps:`).
        LDAPS,
        /// TLS before anything else is said (`ldap:`).
        STARTTLS,
        /// Not at all: on this host only, when it is asked for.
        NONE
    }

    /// Reads a URL.
    ///
    /// @param plain whether a server on this host is spoken to without TLS
    /// @throws IllegalArgumentException with a sentence
    static LdapServer parse(String url, boolean plain) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("url holds no URL such as ldaps://ldap.example.org", e);
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals("ldaps");
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        boolean bare = (path.isEmpty() || path.equals("/")) && uri.getQuery() == null && uri.getUserInfo() == null;
        if ((!tls && !scheme.equals("ldap")) || uri.getHost() == null || !bare) {
            throw new IllegalArgumentException(
                    "url holds servers such as ldaps://ldap.example.org or ldap://ldap.example.org:389");
        }
        int port = uri.getPort() == -1 ? (tls ? TLS_PORT : PORT) : uri.getPort();
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("a port is 1 to " + MAX_PORT);
        }
        String host = uri.getHost().replaceAll("[\\[\\]]", "");
        if (!plain || tls) {
            return new LdapServer(host, port, tls ? Security.LDAPS : Security.STARTTLS);
        }
        if (!LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
            throw new IllegalArgumentException(
                    "plain is for a server on this host only: passwords would cross the network unprotected");
        }
        return new LdapServer(host, port, Security.NONE);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
