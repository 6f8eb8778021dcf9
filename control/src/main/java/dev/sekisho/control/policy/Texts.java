package dev.sekisho.control.policy;

import dev.sekisho.control.tunnel.ConfFile;
import dev.sekisho.control.tunnel.InterfaceAddress;
import dev.sekisho.control.tunnel.Keys;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.WeeklySchedule;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Values as people write them, in the file and in the API: text to type. All throw [IllegalArgumentException] with a
/// sentence that says
/// what is allowed. Stateless.
public final class Texts {
    private static final Pattern DURATION = Pattern.compile("(0|[1-9][0-9]{0,8})([smhd])");
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,8}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

    private Texts() {}

    static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false, not '" + text + "'");
        };
    }

    static Function<String, Integer> number(int least, int most) {
        return text -> {
            int number = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : -1;
            if (number < least || number > most) {
                throw new IllegalArgumentException(
                        "must be a number from " + least + " to " + most + ", not '" + text + "'");
            }
            return number;
        };
    }

    /// `900s`, `10m`, `12h`, `1d`.
    static Function<String, Duration> duration(Duration least, Duration most) {
        return text -> {
            Matcher matcher = DURATION.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "must be a number and a unit (900s, 10m, 12h or 1d), not '" + text + "'");
            }
            long count = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
            if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
                throw new IllegalArgumentException(
                        "must be from " + text(least) + " to " + text(most) + ", not '" + text + "'");
            }
            return duration;
        };
    }

    private static String text(Duration duration) {
        return duration.toSeconds() % 86_400 == 0 ? duration.toDays() + "d" : duration.toSeconds() + "s";
    }

    /// `2026-01-01T00:00:00Z`, or with an offset.
    public static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "must be a moment such as 2026-01-01T00:00:00Z or 2026-01-01T02:00:00+02:00, not '" + text + "'",
                    e);
        }
    }

    /// `mon-fri 08:00-18:00 Europe/Vienna`.
    public static WeeklySchedule weekly(String text) {
        return WeeklySchedule.parse(text);
    }

    /// A block that is written as what it is: no host bits, no other spelling of the address. A bare
    /// address is a block of one.
    public static Cidr cidr(String text) {
        InetAddress address = strictAddress(text);
        Cidr block = block(address, text);
        Cidr host = Cidr.of(address, bits(address));
        if (block.high() != host.high() || block.low() != host.low()) {
            throw new IllegalArgumentException(
                    "'" + text + "' has bits set behind its prefix: the block is written " + block);
        }
        return block;
    }

    /// One address, alone or with the full prefix length.
    public static Cidr host(String text) {
        InetAddress address = strictAddress(text);
        Cidr block = block(address, text);
        if (block.prefixLength() != bits(address)) {
            throw new IllegalArgumentException("'" + text + "' is a block: a device has single addresses");
        }
        return block;
    }

    /// An address with the length of its network, as `10.66.0.1/24`.
    public static InterfaceAddress interfaceAddress(String text) {
        InetAddress address = strictAddress(text);
        return new InterfaceAddress(address, block(address, text).prefixLength());
    }

    /// @param address what is in front of the slash
    private static Cidr block(InetAddress address, String text) {
        return Cidr.of(address, Cidr.lengthOf(text, address instanceof Inet4Address));
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * Byte.SIZE;
    }

    /// The address in front of the slash; only in the spelling that everybody reads the same way. The JDK
    /// alone would read `010.0.0.1` as 10.0.0.1 and `::ffff:10.0.0.1` as IPv4.
    private static InetAddress strictAddress(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = Cidr.parseAddress(literal);
        boolean v4 = address instanceof Inet4Address;
        boolean odd = literal.indexOf(v4 ? ':' : '%') >= 0;
        if (odd) {
            throw new IllegalArgumentException("'" + text + "' is an ambiguous way to write an address");
        }
        if (slash >= 0 && text.startsWith("0", slash + 1) && text.length() > slash + 2) {
            throw new IllegalArgumentException("'" + text + "' has no valid prefix length");
        }
        return address;
    }

    static PortSet ports(String text) {
        return PortSet.parse(text);
    }

    /// `tcp`, `udp` or `both`.
    public static Transport transport(String text) {
        return switch (text) {
            case "tcp" -> Transport.TCP;
            case "udp" -> Transport.UDP;
            case "both" -> Transport.BOTH;
            default -> throw new IllegalArgumentException("must be tcp, udp or both, not '" + text + "'");
        };
    }

    /// The one permission that means something without a control plane.
    static Permission permission(String text) {
        if (!text.equals(Permission.IP_SCAN.label())) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no permission: there are " + Permission.IP_SCAN.label());
        }
        return Permission.IP_SCAN;
    }

    /// `role:NAME`, `user:NAME`, `network:CIDR`, or the bare name of a user.
    static Subject subject(String text) {
        if (text.startsWith("role:")) {
            return new Subject.Role(new RoleId(text.substring("role:".length())));
        }
        if (text.startsWith("network:")) {
            return new Subject.Network(cidr(text.substring("network:".length())));
        }
        return new Subject.User(new UserId(text.startsWith("user:") ? text.substring("user:".length()) : text));
    }

    /// A name that the kernel takes.
    public static String interfaceName(String text) {
        if (!ConfFile.isInterfaceName(text)) {
            throw new IllegalArgumentException(
                    "an interface name is 1 to 15 letters, digits or _=+.-, not '" + text + "'");
        }
        return text;
    }

    /// A name or an address under which clients reach the server.
    public static String publicAddress(String text) {
        if (text.indexOf(':') >= 0) {
            strictAddress(text);
        } else if (!HOST.matcher(text).matches()) {
            throw new IllegalArgumentException("must be a host name or an address, not '" + text + "'");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /// 44 characters of base64, not all zeros.
    public static PublicKey publicKey(String text) {
        PublicKey key = PublicKey.parse(text);
        if (key.isZero()) {
            throw new IllegalArgumentException("a public key is not all zeros");
        }
        return key;
    }

    static SecretKey secretKey(String text) {
        return Keys.parse(text).orElseThrow(() -> new IllegalArgumentException("a key is 44 characters of base64"));
    }

    static String comment(String text) {
        return text;
    }
}
