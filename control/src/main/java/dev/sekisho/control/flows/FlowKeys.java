package dev.sekisho.control.flows;

import dev.sekisho.policy.Cidr;
import java.util.Optional;

/// What flows are searched for, as 64-bit hashes: the keys of the index of a flow log file. Stateless.
///
/// Of a destination three keys are kept: the address, and the blocks of 24 and 16 bits (IPv6: 64 and 48) around
/// it, so that a block is searched for as fast as an address.
public final class FlowKeys {
    /// What a key is about.
    public enum Kind {
        /// A user's name.
        USER,
        /// A device, `USER/NAME`.
        DEVICE,
        /// A resource.
        RESOURCE,
        /// A grant.
        GRANT,
        /// A protocol as text.
        PROTOCOL,
        /// A verdict as text.
        VERDICT,
        /// A port as text.
        PORT
    }

    /// Prefix lengths of the blocks that are kept, the narrowest first.
    private static final int[] V4_BITS = {32, 24, 16};

    private static final int[] V6_BITS = {128, 64, 48};

    private static final long FNV_OFFSET = 0xcbf2_9ce4_8422_2325L;
    private static final long FNV_PRIME = 0x100_0000_01b3L;

    private FlowKeys() {}

    /// The key of a text.
    public static long text(Kind kind, String text) {
        return mixed(hashed(hashed(FNV_OFFSET, kind.name()), text));
    }

    private static long hashed(long before, String text) {
        long hash = before;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash * FNV_PRIME;
    }

    /// The keys of an address, as two longs.
    static long[] address(long high, long low) {
        boolean v4 = Cidr.isV4(high, low);
        int[] bits = v4 ? V4_BITS : V6_BITS;
        long[] keys = new long[bits.length];
        for (int i = 0; i < bits.length; i++) {
            keys[i] = block(high, low, bits[i], v4);
        }
        return keys;
    }

    /// The key that every address in the block has; empty for a block that is wider than those that are kept.
    public static Optional<Long> block(Cidr block) {
        for (int bits : block.v4() ? V4_BITS : V6_BITS) {
            if (block.prefixLength() >= bits) {
                return Optional.of(block(block.high(), block.low(), bits, block.v4()));
            }
        }
        return Optional.empty();
    }

    private static long block(long high, long low, int prefixLength, boolean v4) {
        int bits = v4 ? 96 + prefixLength : prefixLength;
        long hash = (FNV_OFFSET ^ (0x100 + bits)) * FNV_PRIME;
        hash = mixed(hash ^ (high & Cidr.highMask(bits)));
        return mixed(hash ^ (low & Cidr.lowMask(bits)));
    }

    /// The finalizer of SplitMix64.
    private static long mixed(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return z ^ (z >>> 31);
    }
}
