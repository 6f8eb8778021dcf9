package dev.sekisho.policy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/// A block of IPv4 or IPv6 addresses: a network address and a prefix length.
///
/// The address is held as 16 bytes, big-endian, in two longs. IPv4 sits in the mapped range
/// `::ffff:0:0/96`, so one pair of longs compares addresses of both families; [#prefixLength] still
/// counts in the family's own terms (0..32 for IPv4). Bits behind the prefix are always zero: the
/// constructor refuses others, [#of] and [#parse] clear them. Immutable and thread-safe. Source: RFC 4632
/// (IPv4), RFC 4291 section 2.3 (IPv6).
///
/// @param high first eight address bytes
/// @param low last eight address bytes
/// @param prefixLength number of leading bits that are fixed
/// @param v4 whether the block is IPv4
public record Cidr(long high, long low, int prefixLength, boolean v4) {
    private static final long V4_MAPPED = 0x0000_ffff_0000_0000L;
    private static final Pattern DOTTED = Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");
    private static final Pattern IPV6_CHARS = Pattern.compile("[0-9a-fA-F:.]+");

    /// @throws IllegalArgumentException when the prefix length is out of range or host bits are set
    public Cidr {
        if (prefixLength < 0 || prefixLength > (v4 ? 32 : 128)) {
            throw new IllegalArgumentException("prefix length " + prefixLength + " is out of range");
        }
        if (v4 && (high != 0 || (low & 0xffff_ffff_0000_0000L) != V4_MAPPED)) {
            throw new IllegalArgumentException("not an IPv4-mapped address");
        }
        if (!v4 && prefixLength >= 96 && isV4(high, low)) {
            throw new IllegalArgumentException("IPv4-mapped addresses are IPv4, not a block of IPv6");
        }
        int bits = v4 ? 96 + prefixLength : prefixLength;
        if ((high & ~highMask(bits)) != 0 || (low & ~lowMask(bits)) != 0) {
            throw new IllegalArgumentException("host bits are set behind the prefix");
        }
    }

    /// The block of `prefixLength` bits around `address`; host bits are cleared.
    ///
    /// @throws IllegalArgumentException when the prefix length is out of range for the family
    public static Cidr of(InetAddress address, int prefixLength) {
        boolean v4 = address instanceof Inet4Address;
        if (prefixLength < 0 || prefixLength > (v4 ? 32 : 128)) {
            throw new IllegalArgumentException("prefix length " + prefixLength + " is out of range");
        }
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        long high = v4 ? 0 : bytes.getLong();
        long low = v4 ? V4_MAPPED | (bytes.getInt() & 0xffff_ffffL) : bytes.getLong();
        int bits = v4 ? 96 + prefixLength : prefixLength;
        return new Cidr(high & highMask(bits), low & lowMask(bits), prefixLength, v4);
    }

    /// Reads `10.0.0.0/8`, `2001:db8::/32` or a bare address (one host). Host bits are cleared. Never
    /// asks a resolver.
    ///
    /// IPv4 is written as IPv4: `::ffff:10.0.0.1` would look like IPv6 and is refused, as are scopes
    /// (`%eth0`).
    ///
    /// @throws IllegalArgumentException with a sentence that names what is wrong
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = parseAddress(host);
        boolean v4 = address instanceof Inet4Address;
        if (v4 && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is IPv4 in the clothes of IPv6: write " + address.getHostAddress());
        }
        if (host.indexOf('%') >= 0) {
            throw new IllegalArgumentException("'" + text + "' names a scope, which a block of addresses has not");
        }
        return of(address, lengthOf(text, v4));
    }

    /// The prefix length of a block as [#parse] reads it, for who has read the address already; of a bare address all
    /// its
    /// bits.
    ///
    /// @throws IllegalArgumentException when what is behind the slash is none
    public static int lengthOf(String text, boolean v4) {
        int slash = text.indexOf('/');
        int full = v4 ? 32 : 128;
        return slash < 0 ? full : lengthOf(text, text.substring(slash + 1), full);
    }

    private static int lengthOf(String text, String length, int full) {
        boolean number = !length.isEmpty()
                && length.length() <= 3
                && length.chars().allMatch(c -> c >= '0' && c <= '9')
                && (length.length() == 1 || length.charAt(0) != '0');
        if (!number) {
            throw new IllegalArgumentException("'" + text + "' has no valid prefix length");
        }
        if (Integer.parseInt(length) > full) {
            throw new IllegalArgumentException("'" + text + "' has a prefix length above " + full);
        }
        return Integer.parseInt(length);
    }

    /// As [#parse], but refuses host bits: who writes `10.0.1.5/24` may mean one host or all of them.
    ///
    /// @throws IllegalArgumentException with a sentence that proposes the right text
    public static Cidr parseExact(String text) {
        Cidr block = parse(text);
        int slash = text.indexOf('/');
        if (slash >= 0) {
            Cidr host = parse(text.substring(0, slash));
            if (host.high != block.high || host.low != block.low) {
                throw new IllegalArgumentException("'" + text + "' has bits behind its prefix: write " + block
                        + " for the whole block or " + host + " for one address");
            }
        }
        return block;
    }

    /// Reads an address literal; IPv4 with all four numbers, none with a leading zero (which elsewhere
    /// means octal). Never asks a resolver. For addresses of sockets: a scope may follow IPv6 (`%eth0`),
    /// and IPv4 in the mapped form is read as IPv4.
    ///
    /// @throws IllegalArgumentException when `text` is not a literal
    public static InetAddress parseAddress(String text) {
        int scope = text.indexOf('%');
        String number = scope < 0 ? text : text.substring(0, scope);
        String dotted = number.substring(number.lastIndexOf(':') + 1);
        boolean v6 = dotted.length() < number.length();
        boolean wellFormed = v6
                ? IPV6_CHARS.matcher(number).matches()
                        && (dotted.indexOf('.') < 0 || DOTTED.matcher(dotted).matches())
                : DOTTED.matcher(text).matches();
        try {
            if (wellFormed) {
                return InetAddress.ofLiteral(text);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is not an IP address", e);
        }
        throw new IllegalArgumentException("'" + text + "' is not an IP address");
    }

    /// The block of one address in two longs.
    public static Cidr host(long addressHigh, long addressLow) {
        boolean v4 = isV4(addressHigh, addressLow);
        return new Cidr(addressHigh, addressLow, v4 ? 32 : 128, v4);
    }

    /// Whether the address in two longs (IPv4 mapped) lies in this block. An IPv6 block never contains an
    /// IPv4 address by way of its mapped form.
    public boolean contains(long addressHigh, long addressLow) {
        if (isV4(addressHigh, addressLow) != v4) {
            return false;
        }
        int bits = v4 ? 96 + prefixLength : prefixLength;
        return (addressHigh & highMask(bits)) == high && (addressLow & lowMask(bits)) == low;
    }

    /// Whether the two blocks have an address in common.
    public boolean overlaps(Cidr other) {
        boolean wider = prefixLength <= other.prefixLength;
        return v4 == other.v4 && (wider ? contains(other.high, other.low) : other.contains(high, low));
    }

    /// The network address.
    public InetAddress address() {
        byte[] bytes = v4
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are address lengths", e);
        }
    }

    /// Canonical text: `10.0.0.0/8`, `2001:db8:0:0:0:0:0:0/32` shortened as RFC 5952 asks.
    @Override
    public String toString() {
        return addressText() + "/" + prefixLength;
    }

    /// The text of the network address alone.
    public String addressText() {
        return v4 ? address().getHostAddress() : compressed();
    }

    private String compressed() {
        int[] words = new int[8];
        for (int i = 0; i < 8; i++) {
            words[i] = (int) ((i < 4 ? high : low) >>> (48 - 16 * (i & 3))) & 0xffff;
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && words[end] == 0) {
                end++;
            }
            if (end - i > bestLength) {
                bestStart = i;
                bestLength = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(words[i]));
        }
        return text.toString();
    }

    /// Whether an address in two longs is IPv4 (in the mapped form).
    public static boolean isV4(long addressHigh, long addressLow) {
        return addressHigh == 0 && (addressLow & 0xffff_ffff_0000_0000L) == V4_MAPPED;
    }

    /// The first eight bytes of the mask with `bits` (0..128) leading ones; IPv4's masks have 96 more
    /// than its prefix.
    public static long highMask(int bits) {
        return bits >= 64 ? -1L : bits == 0 ? 0 : -1L << (64 - bits);
    }

    /// The last eight bytes of the mask with `bits` (0..128) leading ones.
    public static long lowMask(int bits) {
        return bits <= 64 ? 0 : bits == 128 ? -1L : -1L << (128 - bits);
    }
}
