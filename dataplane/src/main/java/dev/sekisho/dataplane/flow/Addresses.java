package dev.sekisho.dataplane.flow;

/// Which addresses may stand in a packet that crosses the server, whatever the policy says. Stateless.
///
/// Link-local addresses and private ranges are not refused here: they need a grant like any other. Source: RFC
/// 1122 section 3.2.1.3, RFC 6890, RFC 4291 section 2.5.5, RFC 6052, RFC 8215, RFC 3056, RFC 4380.
final class Addresses {
    /// What turns the 32 bits of an IPv4 address into the low half of its mapped form.
    private static final long MAPPED = 0x0000_ffff_0000_0000L;

    private static final long NAT64 = 0x0064_ff9b_0000_0000L;
    private static final long NAT64_LOCAL_48 = 0x0064_ff9b_0001L;
    private static final long TEREDO_32 = 0x2001_0000L;
    private static final long SIX_TO_FOUR_16 = 0x2002L;

    private Addresses() {}

    /// The low half of the mapped form; the high half is zero.
    static long mapped(int address) {
        return MAPPED | (address & 0xffff_ffffL);
    }

    /// Whether an address is IPv4.
    static boolean isMapped(long high, long low) {
        return high == 0 && low >>> 32 == MAPPED >>> 32;
    }

    static PacketFault check4(int source, int destination) {
        int first = source >>> 24;
        if (first == 0 || first == 127 || first >= 224) {
            return PacketFault.BAD_SOURCE;
        }
        if (!isDestination4(destination)) {
            return PacketFault.BAD_DESTINATION;
        }
        return source == destination ? PacketFault.SAME_ADDRESSES : PacketFault.NONE;
    }

    static boolean isDestination4(int address) {
        int first = address >>> 24;
        return first != 0 && first != 127 && first >>> 4 != 0xe && address != -1;
    }

    static PacketFault check6(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
        if (isNobody6(sourceHigh, sourceLow)) {
            return PacketFault.BAD_SOURCE;
        }
        if (isNobody6(destinationHigh, destinationLow)) {
            return PacketFault.BAD_DESTINATION;
        }
        if (isTranslated(sourceHigh, sourceLow) || isTranslated(destinationHigh, destinationLow)) {
            return PacketFault.TRANSLATED_ADDRESS;
        }
        return sourceHigh == destinationHigh && sourceLow == destinationLow
                ? PacketFault.SAME_ADDRESSES
                : PacketFault.NONE;
    }

    static boolean isDestination6(long high, long low) {
        return !isNobody6(high, low) && !isTranslated(high, low);
    }

    /// Multicast, unspecified and loopback.
    private static boolean isNobody6(long high, long low) {
        return high >>> 56 == 0xff || (high == 0 && low >>> 1 == 0);
    }

    /// `::/64` holds the mapped, compatible and translated forms and nothing that is assigned.
    private static boolean isTranslated(long high, long low) {
        return high == 0
                || (high == NAT64 && low >>> 32 == 0)
                || high >>> 16 == NAT64_LOCAL_48
                || high >>> 32 == TEREDO_32
                || high >>> 48 == SIX_TO_FOUR_16;
    }
}
