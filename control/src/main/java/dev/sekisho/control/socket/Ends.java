package dev.sekisho.control.socket;

import dev.sekisho.policy.Cidr;
import java.net.InetSocketAddress;

/// `10.0.1.5:443` and `[fd00::5]:443` to addresses. Never asks a resolver. Stateless.
public final class Ends {
    private Ends() {}

    /// Reads an address and a port.
    ///
    /// @throws ControlException when `text` is something else
    public static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String port = text.substring(colon + 1);
        boolean isPort = colon > 0 && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
        int number = isPort && !port.isEmpty() ? Integer.parseInt(port) : -1;
        if (number < 0 || number > 0xffff || (host.indexOf(':') >= 0 && !bracketed)) {
            throw new ControlException("'" + text + "' is not IP:PORT; IPv6 goes in brackets");
        }
        try {
            String literal = bracketed ? host.substring(1, host.length() - 1) : host;
            return new InetSocketAddress(Cidr.parseAddress(literal), number);
        } catch (IllegalArgumentException e) {
            throw new ControlException("'" + text + "' is not IP:PORT: " + e.getMessage());
        }
    }
}
