package dev.sekisho.control.login;

import dev.sekisho.policy.Cidr;

/// Which addresses count as one client. Stateless.
final class Addresses {
    private Addresses() {}

    /// An IPv4 address, or the block of 64 bits that somebody with IPv6 has for themselves.
    static String client(String source) {
        int zone = source.indexOf('%');
        try {
            Cidr address = Cidr.parse(zone < 0 ? source : source.substring(0, zone));
            return address.v4() ? address.addressText() : Long.toHexString(address.high());
        } catch (IllegalArgumentException e) {
            // Not an address (a test's or a local transport's name): all of them are one client.
            return "other";
        }
    }
}
