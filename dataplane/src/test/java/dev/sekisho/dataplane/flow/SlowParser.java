package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.sim.InnerPackets;
import dev.sekisho.policy.Cidr;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What [PacketParser] does, slowly and by the book: on byte arrays that are cut smaller and smaller,
/// collecting every fault instead of the first, and facts by name.
final class SlowParser {
    private static final List<Cidr> NO_SOURCE =
            cidrs("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "ff00::/8");
    private static final List<Cidr> NO_DESTINATION =
            cidrs("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "::/128", "::1/128", "ff00::/8");
    private static final List<Cidr> TRANSLATED = cidrs("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16");

    /// Flags without ECE and CWR, in the letters of tcpdump.
    private static final Set<String> SOUND =
            Set.of("S", "R", "A", "SA", "RA", "FA", "PA", "UA", "PUA", "FPA", "FUA", "FPUA", "SPA", "RPA");

    private static final int[] FLAG_BITS = {0x01, 0x02, 0x04, 0x08, 0x20, 0x10};

    private static final Map<Integer, Integer> ERROR_CODES_4 = Map.of(3, 15, 11, 1, 12, 2);
    private static final Map<Integer, Integer> ERROR_CODES_6 = Map.of(1, 8, 2, 0, 3, 1, 4, 10);

    /// All that is wrong, as far as it could be read.
    final Set<PacketFault> faults = EnumSet.noneOf(PacketFault.class);

    /// What the packet is; of worth when there is no fault.
    final Map<String, Object> facts = new TreeMap<>();

    private final boolean quote;
    private boolean v4;
    private int protocol;
    private boolean fragment;
    private int fragmentOffset;
    private byte[] source = {};
    private byte[] destination = {};
    private int walked;

    /// Where the transport header stands.
    private int start;

    SlowParser(byte[] bytes) {
        this(bytes, false);
    }

    private SlowParser(byte[] bytes, boolean quote) {
        this.quote = quote;
        int version = bytes.length == 0 ? 0 : bytes[0] >> 4;
        v4 = version == 4;
        if (version == 4 && bytes.length >= 20) {
            ip4(bytes);
        } else if (version == 6 && bytes.length >= 40) {
            ip6(bytes);
        } else {
            faults.add(PacketFault.BAD_IP_HEADER);
        }
    }

    /// The same facts as the parser under test has them.
    static Map<String, Object> facts(Packet packet) {
        Map<String, Object> facts = new TreeMap<>();
        facts.put("kind", packet.kind());
        facts.put("v4", packet.v4());
        facts.put("source", hex(packet.sourceHigh(), packet.sourceLow()));
        facts.put("destination", hex(packet.destinationHigh(), packet.destinationLow()));
        facts.put("protocol", packet.protocol());
        facts.put("ports", List.of(packet.sourcePort(), packet.destinationPort()));
        facts.put("lengths", List.of(packet.totalBytes(), packet.transportOffset()));
        facts.put("payload", packet.payloadBytes());
        facts.put("flags", packet.tcpFlags());
        facts.put("fragment", packet.isFragment());
        if (packet.isFragment()) {
            facts.put("piece", List.of(packet.fragmentOffset(), packet.fragmentBytes(), packet.fragmentId()));
            facts.put("last", packet.isLastFragment());
        }
        switch (packet.kind()) {
            case TCP -> facts.put("tcp", List.of(packet.tcpSequence(), packet.tcpAcknowledgment(), packet.tcpWindow()));
            case ECHO_REQUEST, ECHO_REPLY -> facts.put("icmp", List.of(packet.icmpType(), packet.icmpCode()));
            case ICMP_ERROR -> {
                facts.put("icmp", List.of(packet.icmpType(), packet.icmpCode()));
                facts.put("mtu", packet.pathMtu());
                facts.put("quoted source", hex(packet.quotedSourceHigh(), packet.quotedSourceLow()));
                facts.put("quoted destination", hex(packet.quotedDestinationHigh(), packet.quotedDestinationLow()));
                facts.put("quoted protocol", packet.quotedProtocol());
                facts.put("quoted ports", List.of(packet.quotedSourcePort(), packet.quotedDestinationPort()));
                facts.put("quoted sequence", packet.quotedSequence());
            }
            case UDP, LATER_FRAGMENT, OTHER -> {}
        }
        return facts;
    }

    private void ip4(byte[] bytes) {
        int header = (bytes[0] & 15) * 4;
        int total = number(bytes, 2, 2);
        if (header < 20 || header > total || header > bytes.length || (!quote && total > bytes.length)) {
            faults.add(PacketFault.BAD_IP_HEADER);
            return;
        }
        fault(checksum(Arrays.copyOf(bytes, header)) != 0, PacketFault.HEADER_CHECKSUM);
        fault(bytes[8] == 0, PacketFault.HOP_LIMIT);
        addresses(Arrays.copyOfRange(bytes, 12, 16), Arrays.copyOfRange(bytes, 16, 20));
        options4(Arrays.copyOfRange(bytes, 20, header));
        protocol = number(bytes, 9, 1);
        int field = number(bytes, 6, 2);
        byte[] content = Arrays.copyOfRange(bytes, header, Math.min(total, bytes.length));
        if (field % 0x4000 != 0) {
            boolean more = (field & 0x2000) != 0;
            piece(header, field % 0x2000 * 8, more, number(bytes, 4, 2), content);
        }
        start = header;
        facts.put("lengths", List.of(total, start));
        transport(content);
    }

    private void options4(byte[] options) {
        byte[] rest = options;
        while (rest.length > 0 && rest[0] != 0) {
            int type = rest[0] & 0xff;
            if (type == 131 || type == 137) {
                faults.add(PacketFault.SOURCE_ROUTE);
                return;
            }
            int length = type == 1 ? 1 : rest.length < 2 ? 0 : number(rest, 1, 1);
            if (length < (type == 1 ? 1 : 2) || length > rest.length) {
                faults.add(PacketFault.BAD_OPTION);
                return;
            }
            rest = Arrays.copyOfRange(rest, length, rest.length);
        }
    }

    private void ip6(byte[] bytes) {
        int total = 40 + number(bytes, 4, 2);
        if (!quote && total > bytes.length) {
            faults.add(PacketFault.BAD_IP_HEADER);
            return;
        }
        fault(bytes[7] == 0, PacketFault.HOP_LIMIT);
        addresses(Arrays.copyOfRange(bytes, 8, 24), Arrays.copyOfRange(bytes, 24, 40));
        protocol = number(bytes, 6, 1);
        int behind = quote ? bytes.length : total;
        byte[] content = Arrays.copyOfRange(bytes, 40, behind);
        boolean first = true;
        while (List.of(0, 43, 44, 60).contains(protocol) && (!fragment || fragmentOffset == 0)) {
            byte[] rest = extension(content, first, behind - 40 - content.length);
            if (rest == null) {
                return;
            }
            content = rest;
            first = false;
        }
        start = behind - content.length;
        facts.put("lengths", List.of(total, start));
        transport(content);
    }

    /// Takes an extension header off; null when that is not possible or not allowed.
    private byte @Nullable [] extension(byte[] content, boolean first, int before) {
        int bytes = content.length < 8 ? 8 : protocol == 44 ? 8 : 8 * (1 + number(content, 1, 1));
        if (++walked > 8 || content.length < bytes || (protocol == 0 && !first)) {
            faults.add(PacketFault.EXTENSION_CHAIN);
            return null;
        }
        byte[] rest = Arrays.copyOfRange(content, bytes, content.length);
        int next = content[0] & 0xff;
        if (protocol == 44) {
            if (facts.containsKey("fragment header")) {
                faults.add(PacketFault.EXTENSION_CHAIN);
                return null;
            }
            facts.put("fragment header", true);
            int field = number(content, 2, 2);
            protocol = next;
            if (field / 8 != 0 || field % 2 != 0) {
                piece(before, field / 8 * 8, field % 2 == 1, number(content, 4, 4), rest);
            }
            return rest;
        }
        if (protocol == 43) {
            if (content[2] == 0 || content[3] != 0) {
                faults.add(PacketFault.SOURCE_ROUTE);
                return null;
            }
        } else if (!options6(Arrays.copyOfRange(content, 2, bytes))) {
            return null;
        }
        protocol = next;
        return rest;
    }

    private boolean options6(byte[] options) {
        byte[] rest = options;
        while (rest.length > 0) {
            int type = rest[0] & 0xff;
            int length = type == 0 ? 1 : rest.length < 2 ? Integer.MAX_VALUE : 2 + number(rest, 1, 1);
            if (type == 0xc2 || type == 0xc9 || length > rest.length) {
                fault(type == 0xc2, PacketFault.JUMBOGRAM);
                fault(type == 0xc9, PacketFault.SOURCE_ROUTE);
                fault(type != 0xc2 && type != 0xc9, PacketFault.BAD_OPTION);
                return false;
            }
            rest = Arrays.copyOfRange(rest, length, rest.length);
        }
        return true;
    }

    private void addresses(byte[] from, byte[] to) {
        source = from;
        destination = to;
        fault(isIn(NO_SOURCE, from), PacketFault.BAD_SOURCE);
        fault(isIn(NO_DESTINATION, to), PacketFault.BAD_DESTINATION);
        fault(isTranslated(from) || isTranslated(to), PacketFault.TRANSLATED_ADDRESS);
        fault(Arrays.equals(from, to), PacketFault.SAME_ADDRESSES);
        facts.put("source", hex(from));
        facts.put("destination", hex(to));
    }

    private void piece(int before, int offset, boolean more, int id, byte[] data) {
        fragment = true;
        fragmentOffset = offset;
        fault(data.length == 0, PacketFault.BAD_FRAGMENT);
        fault(more && data.length % 8 != 0, PacketFault.BAD_FRAGMENT);
        fault(before + offset + data.length > 65_535, PacketFault.BAD_FRAGMENT);
        fault(protocol == 6 && (offset == 8 || offset == 16), PacketFault.TINY_FRAGMENT);
        facts.put("piece", List.of(offset, data.length, id));
        facts.put("last", !more);
    }

    private void transport(byte[] content) {
        facts.remove("fragment header");
        facts.put("v4", v4);
        facts.put("payload", content.length);
        facts.put("protocol", protocol);
        facts.put("fragment", fragment);
        facts.put("ports", List.of(0, 0));
        facts.put("flags", 0);
        if (fragmentOffset > 0) {
            facts.put("kind", Packet.Kind.LATER_FRAGMENT);
        } else if (protocol == 6) {
            tcp(content);
        } else if (protocol == 17) {
            udp(content);
        } else if (protocol == 1 || protocol == 58) {
            icmp(content);
        } else {
            fault(protocol == 51, PacketFault.AUTHENTICATION_HEADER);
            facts.put("kind", Packet.Kind.OTHER);
        }
    }

    private void misfit() {
        faults.add(fragment ? PacketFault.TINY_FRAGMENT : PacketFault.BAD_TRANSPORT);
    }

    private void tcp(byte[] content) {
        int header = content.length < 20 ? 0 : ((content[12] & 0xff) >> 4) * 4;
        if (header < 20 || header > content.length) {
            misfit();
            return;
        }
        int flags = number(content, 13, 1);
        String name = IntStream.range(0, 6)
                .filter(i -> (flags & FLAG_BITS[i]) != 0)
                .mapToObj(i -> "FSRPUA".substring(i, i + 1))
                .collect(Collectors.joining());
        fault(!SOUND.contains(name) || (content[12] & 0x0e) != 0, PacketFault.BAD_FLAGS);
        ports(content, true);
        facts.put("kind", Packet.Kind.TCP);
        facts.put("flags", flags);
        facts.put("tcp", List.of(number(content, 4, 4), number(content, 8, 4), number(content, 14, 2)));
        facts.put("payload", content.length - header);
    }

    private void udp(byte[] content) {
        int length = content.length < 8 ? 0 : number(content, 4, 2);
        if (length < 8 || (!fragment && length > content.length)) {
            misfit();
            return;
        }
        ports(content, false);
        facts.put("kind", Packet.Kind.UDP);
        facts.put("payload", Math.min(length, content.length) - 8);
    }

    private void ports(byte[] content, boolean both) {
        int from = number(content, 0, 2);
        int to = number(content, 2, 2);
        fault(to == 0 || (both && from == 0), PacketFault.BAD_PORT);
        facts.put("ports", List.of(from, to));
    }

    private void icmp(byte[] content) {
        if (v4 != (protocol == 1)) {
            faults.add(PacketFault.ICMP_TYPE);
            return;
        }
        if (content.length < 8) {
            misfit();
            return;
        }
        int type = number(content, 0, 1);
        int code = number(content, 1, 1);
        facts.put("icmp", List.of(type, code));
        facts.put("payload", content.length - 8);
        if (type == (v4 ? 8 : 128) || type == (v4 ? 0 : 129)) {
            fault(code != 0, PacketFault.ICMP_TYPE);
            facts.put("kind", type == 8 || type == 128 ? Packet.Kind.ECHO_REQUEST : Packet.Kind.ECHO_REPLY);
            facts.put("ports", List.of(number(content, 4, 2), 0));
            return;
        }
        if (code > (v4 ? ERROR_CODES_4 : ERROR_CODES_6).getOrDefault(type, -1)) {
            faults.add(PacketFault.ICMP_TYPE);
            return;
        }
        facts.put("kind", Packet.Kind.ICMP_ERROR);
        error(content, type, code);
    }

    private void error(byte[] content, int type, int code) {
        fault(fragment, PacketFault.BAD_FRAGMENT);
        byte[] pseudo = v4 ? new byte[0] : join(source, destination, word(content.length), word(58));
        fault(checksum(join(pseudo, content)) != 0, PacketFault.ICMP_CHECKSUM);
        long mtu = 0;
        if (v4 && type == 3 && code == 4) {
            mtu = number(content, 6, 2);
            fault(mtu < 576, PacketFault.PATH_MTU);
        } else if (!v4 && type == 2) {
            mtu = Math.min(number(content, 4, 4) & 0xffff_ffffL, Integer.MAX_VALUE);
            fault(mtu < 1280, PacketFault.PATH_MTU);
        }
        facts.put("mtu", (int) mtu);
        quoted(Arrays.copyOfRange(content, 8, content.length));
    }

    /// A quote is a packet that was cut and has lost some of its freshness: length, checksum and hops may be
    /// off.
    private void quoted(byte[] bytes) {
        SlowParser inner = new SlowParser(bytes, true);
        EnumSet<PacketFault> serious = EnumSet.of(
                PacketFault.BAD_IP_HEADER,
                PacketFault.BAD_DESTINATION,
                PacketFault.TRANSLATED_ADDRESS,
                PacketFault.EXTENSION_CHAIN,
                PacketFault.JUMBOGRAM);
        if (!v4) {
            serious.addAll(EnumSet.of(PacketFault.SOURCE_ROUTE, PacketFault.BAD_OPTION));
        }
        serious.retainAll(inner.faults);
        if (!serious.isEmpty()
                || inner.v4 != v4
                || inner.fragmentOffset > 0
                || !Arrays.equals(inner.source, destination)) {
            faults.add(PacketFault.BAD_QUOTE);
            return;
        }
        int at = inner.start;
        int stated = v4 ? number(bytes, 2, 2) : 40 + number(bytes, 4, 2);
        if (at + 8 > Math.min(bytes.length, stated)) {
            faults.add(PacketFault.BAD_QUOTE);
            return;
        }
        byte[] transport = Arrays.copyOfRange(bytes, at, at + 8);
        int from = number(transport, 0, 2);
        int to = number(transport, 2, 2);
        boolean echo = inner.protocol == (v4 ? 1 : 58)
                && Set.of(v4 ? 8 : 128, v4 ? 0 : 129).contains(number(transport, 0, 1));
        boolean flow = (inner.protocol == 6 && from != 0 && to != 0) || (inner.protocol == 17 && to != 0);
        fault(!echo && !flow, PacketFault.BAD_QUOTE);
        facts.put("quoted source", hex(inner.source));
        facts.put("quoted destination", hex(inner.destination));
        facts.put("quoted protocol", inner.protocol);
        facts.put("quoted ports", echo ? List.of(number(transport, 4, 2), 0) : List.of(from, to));
        facts.put("quoted sequence", inner.protocol == 6 ? number(transport, 4, 4) : 0);
    }

    private void fault(boolean present, PacketFault fault) {
        if (present) {
            faults.add(fault);
        }
    }

    private static List<Cidr> cidrs(String... texts) {
        return Stream.of(texts).map(Cidr::parse).toList();
    }

    private static boolean isIn(List<Cidr> blocks, byte[] address) {
        BigInteger low =
                new BigInteger(1, Arrays.copyOfRange(address, Math.max(0, address.length - 8), address.length));
        BigInteger high = new BigInteger(1, Arrays.copyOf(address, Math.max(0, address.length - 8)));
        long lowBits = address.length == 4 ? low.longValue() | 0xffffL << 32 : low.longValue();
        return blocks.stream()
                .filter(block -> block.v4() == (address.length == 4))
                .anyMatch(block -> block.contains(high.longValue(), lowBits));
    }

    /// A [Cidr] is blind to the mapped form in `::/64`: for it that is IPv4.
    private static boolean isTranslated(byte[] address) {
        return address.length == 16 && (hex(address).startsWith("0".repeat(16)) || isIn(TRANSLATED, address));
    }

    private static String hex(byte[] address) {
        String digits = HexFormat.of().formatHex(address);
        return address.length == 4 ? "00000000000000000000ffff" + digits : digits;
    }

    private static String hex(long high, long low) {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }

    private static int number(byte[] bytes, int at, int count) {
        return new BigInteger(1, Arrays.copyOfRange(bytes, at, at + count)).intValue();
    }

    private static byte[] word(int value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    private static byte[] join(byte[]... parts) {
        int length = Stream.of(parts).mapToInt(part -> part.length).sum();
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private static int checksum(byte[] bytes) {
        return InnerPackets.checksum(bytes);
    }
}
