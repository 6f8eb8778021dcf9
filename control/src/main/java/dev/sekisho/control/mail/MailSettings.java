package dev.sekisho.control.mail;

import java.util.Locale;
import java.util.Optional;

/// The mail server. Immutable.
///
/// @param host its name or address
/// @param port its port
/// @param security how the connection is protected
/// @param user for the log-in, if it wants one
/// @param password for the log-in, if it wants one
/// @param from the sender's address, such as `Sekisho <sekisho@example.org>`
public record MailSettings(
        String host, int port, Security security, Optional<String> user, Optional<String> password, String from) {
    /// How a connection is protected.
    public enum Security {
        /// Not at all: for a server on this host.
        NONE,
        /// Upgraded before anything else is said; refused when the server can't.
        STARTTLS,
        /// From the first byte.
        TLS;

        static Security of(String name) {
            return switch (name) {
                case "none" -> NONE;
                case "starttls" -> STARTTLS;
                case "tls" -> TLS;
                default -> throw new IllegalArgumentException("security is none, starttls or tls");
            };
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int MAX_PORT = 65_535;

    /// Checks them.
    ///
    /// @throws IllegalArgumentException with a sentence when they can't be used
    public MailSettings {
        if (host.isBlank() || host.length() > 255 || !host.matches("[A-Za-z0-9.:_-]+")) {
            throw new IllegalArgumentException("host is the name or address of the mail server");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port is 1 to 65535");
        }
        Addresses.check("from", from);
        if (password.isPresent() && user.isEmpty()) {
            throw new IllegalArgumentException("a password needs a user");
        }
        if (password.isPresent()
                && security == Security.NONE
                && !host.equals("localhost")
                && !host.startsWith("127.")) {
            throw new IllegalArgumentException(
                    "a password is sent over a protected connection only: use starttls or tls");
        }
    }

    @Override
    public String toString() {
        return "MailSettings[" + host + ":" + port + ", " + security + "]";
    }
}
