package dev.sekisho.dataplane.flow;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Options of IPv4 headers and of IPv6 hop-by-hop and destination headers: a type byte, a length byte, content;
/// one type of padding is a single byte. Stateless. Source: RFC 791 section 3.1, RFC 8200 section 4.2, RFC
/// 2675, RFC 6275 section 6.3.
final class Options {
    private static final int V4_END = 0;
    private static final int V4_NO_OPERATION = 1;
    private static final int V4_LOOSE_SOURCE_ROUTE = 131;
    private static final int V4_STRICT_SOURCE_ROUTE = 137;

    private static final int V6_PAD_1 = 0;
    private static final int V6_JUMBO_PAYLOAD = 0xc2;
    private static final int V6_HOME_ADDRESS = 0xc9;

    private Options() {}

    /// Checks the options of an IPv4 header, which fill `lengthBytes` at `offset`. Here a length counts type
    /// and length bytes too.
    static PacketFault check4(MemorySegment memory, long offset, int lengthBytes) {
        int at = 0;
        while (at < lengthBytes) {
            int type = u8(memory, offset + at);
            if (type == V4_END) {
                break;
            }
            if (type == V4_NO_OPERATION) {
                at++;
                continue;
            }
            if (type == V4_LOOSE_SOURCE_ROUTE || type == V4_STRICT_SOURCE_ROUTE) {
                return PacketFault.SOURCE_ROUTE;
            }
            if (at + 2 > lengthBytes) {
                return PacketFault.BAD_OPTION;
            }
            int bytes = u8(memory, offset + at + 1);
            if (bytes < 2 || at + bytes > lengthBytes) {
                return PacketFault.BAD_OPTION;
            }
            at += bytes;
        }
        return PacketFault.NONE;
    }

    /// Checks the options of an IPv6 header, which fill `lengthBytes` at `offset`. Here a length counts the
    /// content only.
    static PacketFault check6(MemorySegment memory, long offset, int lengthBytes) {
        int at = 0;
        while (at < lengthBytes) {
            int type = u8(memory, offset + at);
            if (type == V6_PAD_1) {
                at++;
                continue;
            }
            if (type == V6_JUMBO_PAYLOAD) {
                return PacketFault.JUMBOGRAM;
            }
            if (type == V6_HOME_ADDRESS) {
                return PacketFault.SOURCE_ROUTE;
            }
            if (at + 2 > lengthBytes) {
                return PacketFault.BAD_OPTION;
            }
            at += 2 + u8(memory, offset + at + 1);
            if (at > lengthBytes) {
                return PacketFault.BAD_OPTION;
            }
        }
        return PacketFault.NONE;
    }

    private static int u8(MemorySegment memory, long offset) {
        return memory.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }
}
