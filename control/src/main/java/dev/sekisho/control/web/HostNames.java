package dev.sekisho.control.web;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The names that this server answers to. A page of another site whose name was made to point here (DNS rebinding)
/// sends
/// its own name as `Host` and is refused (threat A11). Addresses are always answered: nobody can rebind one. Immutable.
public final class HostNames {
    /// `name`, `name:port`, `[address]` or `[address]:port`.
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?");

    private static final HostNames ANY = new HostNames(Set.of("*"));

    private final Set<String> names;

    private HostNames(Set<String> names) {
        this.names = names;
    }

    /// Only these, `localhost`, and addresses.
    public static HostNames of(Collection<String> names) {
        Set<String> all = names.stream().map(HostNames::normal).collect(Collectors.toSet());
        all.add("localhost");
        return new HostNames(Set.copyOf(all));
    }

    /// Whatever comes, for a server that only tests reach.
    static HostNames any() {
        return ANY;
    }

    private static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /// Whether a `Host` header names this server.
    boolean isOurs(@Nullable String host) {
        if (this == ANY) {
            return true;
        }
        if (host == null) {
            return false;
        }
        Matcher matcher = HOST.matcher(host);
        if (!matcher.matches()) {
            return false;
        }
        String name = matcher.group(1);
        return isAddress(name) || names.contains(normal(name));
    }

    private static boolean isAddress(String name) {
        try {
            InetAddress.ofLiteral(name.startsWith("[") ? name.substring(1, name.length() - 1) : name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
