package dev.sekisho.control.web;

import dev.sekisho.policy.Cidr;
import io.javalin.http.Context;

/// Where requests come from. Stateless.
final class Source {
    private Source() {}

    /// The address of whoever asks, as it is written everywhere: `203.0.113.9`, `2001:db8::1`, or `fe80::1%eth0` when
    /// it holds on one link only.
    static String of(Context context) {
        return text(context.req().getRemoteAddr());
    }

    /// The address in what the web server gives: IPv6 in brackets, with all its zeros. Source: RFC 5952.
    /// What is no address stays as it is.
    static String text(String given) {
        boolean brackets = given.startsWith("[") && given.endsWith("]");
        String bare = brackets ? given.substring(1, given.length() - 1) : given;
        String address = withoutZone(bare);
        try {
            return address.contains(":") ? Cidr.parse(address).addressText() + bare.substring(address.length()) : bare;
        } catch (IllegalArgumentException e) {
            return bare;
        }
    }

    /// The address without the link that it holds on.
    static String withoutZone(String address) {
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }
}
