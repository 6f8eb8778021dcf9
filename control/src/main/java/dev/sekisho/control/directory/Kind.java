package dev.sekisho.control.directory;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How a directory is asked.
public enum Kind {
    /// LDAP version 3, with Active Directory.
    LDAP,
    /// OpenID Connect: people log in at the provider.
    OIDC,
    /// SAML 2.0: people log in at the identity provider.
    SAML;

    /// As it is written in the API.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// By its label.
    public static Optional<Kind> of(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst();
    }
}
