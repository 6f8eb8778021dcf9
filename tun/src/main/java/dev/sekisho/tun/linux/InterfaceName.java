package dev.sekisho.tun.linux;

import dev.sekisho.tun.TunException;

/// What the kernel takes as an interface name. Source: `dev_valid_name` and `IFNAMSIZ` of Linux.
final class InterfaceName {
    private static final int MAX_LENGTH = 15;

    private InterfaceName() {}

    /// @throws TunException with a sentence that says what is wrong with `name`
    static void check(String name) {
        if (name.isEmpty()) {
            throw new TunException("the interface name is empty");
        }
        if (name.length() > MAX_LENGTH) {
            throw new TunException("interface name '" + name + "' is too long: it has " + name.length()
                    + " characters, at most " + MAX_LENGTH + " are allowed");
        }
        boolean legal = name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/' && c != ':');
        if (!legal || name.equals(".") || name.equals("..")) {
            throw new TunException(
                    "interface name '" + name + "' is not allowed: use letters, digits, '-', '_' and '.'");
        }
        if (name.replaceFirst("%d", "").contains("%")) {
            throw new TunException("interface name '" + name + "' is not allowed: '%d' may stand in it once");
        }
    }
}
