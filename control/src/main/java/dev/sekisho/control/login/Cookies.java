package dev.sekisho.control.login;

import java.time.Duration;

/// The two cookies of a login. The prefix makes browsers insist on HTTPS, this host and the root path; scripts can't
/// read them; other pages can't send them. Stateless. Source: RFC 6265bis section 4.1.3.
final class Cookies {
    /// The login session.
    static final String SESSION = "__Host-sekisho";

    /// The device that a user has logged in from.
    static final String DEVICE = "__Host-sekisho-device";

    private static final Duration DEVICE_LIFE = Duration.ofDays(365);
    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";

    private Cookies() {}

    static String session(String secret, Duration life) {
        return SESSION + "=" + secret + "; Max-Age=" + life.toSeconds() + ATTRIBUTES;
    }

    static String noSession() {
        return SESSION + "=; Max-Age=0" + ATTRIBUTES;
    }

    static String device(String secret) {
        return DEVICE + "=" + secret + "; Max-Age=" + DEVICE_LIFE.toSeconds() + ATTRIBUTES;
    }
}
