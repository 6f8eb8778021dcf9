package dev.sekisho.dataplane.noise;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A TAI64N time stamp: 8 bytes of seconds since 1970 TAI plus 2^62, 4 bytes of nanoseconds, both big-endian.
///
/// Peers compare stamps and nothing else, so they need not be exact: leap seconds are ignored, and our own
/// stamps are rounded down to about 17 ms, which tells an observer who can open them less about the clock of
/// this machine. Source: https://cr.yp.to/libtai/tai64.html; WireGuard paper section 5.1.
///
/// @param seconds label of the second, an unsigned long
/// @param nanos nanoseconds in it, an unsigned int (from the wire it may be out of range; it still compares)
record Tai64n(long seconds, int nanos) implements Comparable<Tai64n> {
    /// Length on the wire.
    static final int BYTES = 12;

    /// Before every stamp that a clock can give.
    static final Tai64n ZERO = new Tai64n(0, 0);

    /// 2^62 and the ten seconds that TAI was ahead of UTC in 1970.
    private static final long EPOCH = 0x4000_0000_0000_000aL;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /// The largest power of two that still gives 50 different stamps a second.
    private static final int GRAIN_NANOS = 1 << 24;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /// The rounded stamp of `wallNanos` nanoseconds since 1970 UTC.
    static Tai64n of(long wallNanos) {
        long seconds = EPOCH + Math.floorDiv(wallNanos, NANOS_PER_SECOND);
        int nanos = (int) Math.floorMod(wallNanos, NANOS_PER_SECOND);
        return new Tai64n(seconds, nanos & -GRAIN_NANOS);
    }

    /// The stamp of `wallNanos`, or the first rounded one after `this` when that is later: a clock that stands
    /// still or steps back must not lock us out at a peer that remembers our last stamp.
    Tai64n next(long wallNanos) {
        Tai64n now = of(wallNanos);
        if (now.compareTo(this) > 0) {
            return now;
        }
        long following = (nanos & 0xffff_ffffL) + GRAIN_NANOS;
        return following < NANOS_PER_SECOND ? new Tai64n(seconds, (int) following) : new Tai64n(seconds + 1, 0);
    }

    static Tai64n read(byte[] source, int offset) {
        return new Tai64n((long) LONG.get(source, offset), (int) INT.get(source, offset + 8));
    }

    byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        LONG.set(bytes, 0, seconds);
        INT.set(bytes, 8, nanos);
        return bytes;
    }

    @Override
    public int compareTo(Tai64n other) {
        int order = Long.compareUnsigned(seconds, other.seconds);
        return order != 0 ? order : Integer.compareUnsigned(nanos, other.nanos);
    }
}
