package dev.sekisho.control.tunnel;

/// An endpoint as written: a name or address literal and a UDP port. Names are resolved when the tunnel
/// comes up.
///
/// @param host name, IPv4 literal or IPv6 literal without brackets
/// @param port 1..65535
public record HostPort(String host, int port) {
    private static final int MAX_HOST_CHARS = 255;

    /// Reads `vpn.example.com:51820`, `192.0.2.1:51820` or `[2001:db8::1]:51820`. What could be a key is no
    /// host, or a name server would be asked for it.
    ///
    /// @throws IllegalArgumentException with a sentence that names what is wrong
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || colon == text.length() - 1) {
            throw new IllegalArgumentException("an endpoint is HOST:PORT" + KeyForm.not(text));
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("an IPv6 endpoint is [ADDRESS]:PORT" + KeyForm.not(text));
        }
        if (host.isEmpty()
                || host.length() > MAX_HOST_CHARS
                || KeyForm.isIn(host)
                || !host.chars().allMatch(HostPort::isHostChar)) {
            throw new IllegalArgumentException(KeyForm.quoted(text) + " has no usable host name");
        }
        return new HostPort(host, port(text, text.substring(colon + 1)));
    }

    private static boolean isHostChar(int c) {
        return c > ' ' && c < 0x7f && c != '[' && c != ']' && c != '/';
    }

    private static int port(String text, String digits) {
        boolean numeric = digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = numeric ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException(KeyForm.quoted(text) + " has no port between 1 and 65535");
        }
        return port;
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
