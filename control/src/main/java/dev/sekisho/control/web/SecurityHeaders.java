package dev.sekisho.control.web;

import java.util.LinkedHashMap;
import java.util.Map;

/// The headers of every answer (threats A11, A12; OWASP Secure Headers). Immutable.
///
/// Pages run only the scripts and styles that are served from here as files, are shown in no frame and ask for no
/// sensor. The API's answers are data: nothing in them may run, and nobody keeps a copy.
final class SecurityHeaders {
    private static final long YEAR_SECONDS = 31_536_000;

    private static final Map<String, String> ALWAYS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Permissions-Policy",
                    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(),"
                            + " microphone=(), midi=(), payment=(), usb=(), publickey-credentials-get=(self),"
                            + " publickey-credentials-create=(self)");

    private static final String NO_PAGE =
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

    /// Of pages.
    static final String PAGE =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
                    + " connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self';"
                    + " base-uri 'none'; frame-ancestors 'none'";

    private SecurityHeaders() {}

    /// Of everything but pages.
    ///
    /// @param host the request's `Host`
    static Map<String, String> of(String host, boolean https) {
        Map<String, String> headers = new LinkedHashMap<>(ALWAYS);
        headers.put("Content-Security-Policy", NO_PAGE);
        headers.put("Cache-Control", "no-store");
        // What localhost says of itself would hold for every other server on this machine.
        if (https && !host.matches("(?i)localhost(:\\d+)?")) {
            headers.put("Strict-Transport-Security", "max-age=" + YEAR_SECONDS);
        }
        return headers;
    }
}
