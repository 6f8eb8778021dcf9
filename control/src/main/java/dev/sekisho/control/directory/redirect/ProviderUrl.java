package dev.sekisho.control.directory.redirect;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/// The address of somebody who says who people are. Stateless.
public final class ProviderUrl {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private ProviderUrl() {}

    /// A URL to which people and secrets may go.
    ///
    /// @param plain whether a provider on this host is spoken to without TLS
    /// @throws IllegalArgumentException with a sentence
    public static URI of(String text, boolean plain) {
        try {
            URI uri = new URI(text);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (uri.getHost() == null || uri.getUserInfo() != null) {
                throw new IllegalArgumentException("a provider's URL starts with https:// and names a host");
            }
            boolean here = plain && scheme.equals("http") && LOOPBACK.contains(uri.getHost());
            if (!scheme.equals("https") && !here) {
                throw new IllegalArgumentException("a provider's URL starts with https://"
                        + "; http:// is for a provider on this host, with plain = true");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("this is no URL such as https://login.example.org", e);
        }
    }
}
