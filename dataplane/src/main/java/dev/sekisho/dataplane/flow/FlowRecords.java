package dev.sekisho.dataplane.flow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What a [FlowTable] knows of each flow, by its slot. Owner: the table's thread. Allocates nothing after construction.
///
/// A flow has a row in each of two off-heap arrays: what every look-up compares and every packet checks is one cache
/// line, what is only counted or asked for later lies beside it, by direction.
/// ```
/// looked up: 64 bytes, aligned             counted: 56 bytes
///  0 device address, high                   0 bytes to the target
///  8 device address, low                    8 packets to the target
/// 16 target address, high                  16 sequence word of the target
/// 24 target address, low                   20 previous flow of the device
/// 32 device port (16), target port (16)    24 bytes to the device
/// 36 protocol, state, device (16)          32 packets to the device
/// 40 policy version                        40 sequence word of the device
/// 44 flags (8), unused (24)                44 next flow of the device, next free slot
/// 48 MFA session                           48 id
/// 52 rule
/// 56 valid until
/// 60 last seen
/// ```
/// Addresses are pairs of longs as in `policy.Cidr`, IPv4 in its mapped form. State, flags, rule, policy version, MFA
/// session and sequence words are the caller's: the table stores them, zero in a new flow. Accessors take the slot of
/// a live flow; of a slot that may be stale ask [#isLive] first.
public final class FlowRecords {
    /// Length of a tick, the unit in which the table keeps time: 2^24 ns, about 17 ms. Ticks wrap in two years.
    static final int TICK_SHIFT = 24;

    static final int LOOKED_UP_BYTES = 64;
    static final int COUNTED_BYTES = 56;

    /// Bits of an id that number the flows of one millisecond.
    private static final int ID_ORDINAL_BITS = 12;

    private static final long PORTS_AND_PROTOCOL = 0xff_ffff_ffffL;
    private static final int NEVER = -1;
    private static final long LATEST_SECOND = 0xffff_fffeL;

    private static final int DEVICE_HIGH = 0;
    private static final int DEVICE_LOW = 8;
    private static final int TARGET_HIGH = 16;
    private static final int TARGET_LOW = 24;
    private static final int PORTS = 32;
    private static final int PROTOCOL = 36;
    private static final int STATE = 37;
    private static final int DEVICE = 38;
    private static final int POLICY_VERSION = 40;
    private static final int FLAGS = 44;
    private static final int MFA_SESSION = 48;
    private static final int RULE = 52;
    private static final int VALID_UNTIL = 56;
    private static final int LAST_SEEN = 60;

    // Packets and sequence word follow the bytes of each direction.
    private static final int TO_TARGET = 0;
    private static final int TO_DEVICE = 24;
    private static final int PACKETS = 8;
    private static final int SEQUENCE = 16;
    private static final int PREVIOUS = 20;
    private static final int NEXT = 44;
    private static final int ID = 48;

    // Rows are aligned; a layout that says so would check it on every access. The order matters where ports and
    // protocol are compared as one long.
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final MemorySegment lookedUp;
    private final MemorySegment counted;
    private long lastId;

    FlowRecords(Arena arena, int capacity) {
        lookedUp = arena.allocate((long) capacity * LOOKED_UP_BYTES, LOOKED_UP_BYTES);
        counted = arena.allocate((long) capacity * COUNTED_BYTES, LOOKED_UP_BYTES);
    }

    /// The ticks of a time.
    static int ticks(long nanos) {
        return (int) (nanos >> TICK_SHIFT);
    }

    /// Ports and protocol as [#matches] wants them.
    static long portsAndProtocol(int ports, int protocol) {
        return (ports & 0xffff_ffffL) | ((long) (protocol & 0xff) << Integer.SIZE);
    }

    boolean matches(int slot, long deviceHigh, long deviceLow, long targetHigh, long targetLow, long portsAndProtocol) {
        long row = (long) slot * LOOKED_UP_BYTES;
        // Two branches: nearly always all of it is the same, or not even the ports are.
        return ((lookedUp.get(LONG, row + PORTS) ^ portsAndProtocol) & PORTS_AND_PROTOCOL) == 0
                && ((lookedUp.get(LONG, row + DEVICE_LOW) ^ deviceLow)
                                | (lookedUp.get(LONG, row + TARGET_LOW) ^ targetLow)
                                | (lookedUp.get(LONG, row + DEVICE_HIGH) ^ deviceHigh)
                                | (lookedUp.get(LONG, row + TARGET_HIGH) ^ targetHigh))
                        == 0;
    }

    /// Begins a flow: the key is set, all else is zero but the id, which is greater than any before.
    void begin(
            int slot,
            long deviceHigh,
            long deviceLow,
            long targetHigh,
            long targetLow,
            long portsAndProtocol,
            int device,
            long epochMillis) {
        long row = (long) slot * LOOKED_UP_BYTES;
        lookedUp.set(LONG, row + DEVICE_HIGH, deviceHigh);
        lookedUp.set(LONG, row + DEVICE_LOW, deviceLow);
        lookedUp.set(LONG, row + TARGET_HIGH, targetHigh);
        lookedUp.set(LONG, row + TARGET_LOW, targetLow);
        lookedUp.set(LONG, row + PORTS, portsAndProtocol | ((long) device << 48));
        lookedUp.set(LONG, row + POLICY_VERSION, 0);
        lookedUp.set(LONG, row + MFA_SESSION, 0);
        lookedUp.set(LONG, row + VALID_UNTIL, 0);
        long count = (long) slot * COUNTED_BYTES;
        for (int at = 0; at < COUNTED_BYTES; at += Long.BYTES) {
            counted.set(LONG, count + at, 0);
        }
        lastId = Math.max(lastId + 1, epochMillis << ID_ORDINAL_BITS);
        counted.set(LONG, count + ID, lastId);
    }

    /// Ends a flow; its slot is not live until the next [#begin].
    void end(int slot) {
        counted.set(LONG, (long) slot * COUNTED_BYTES + ID, 0);
    }

    int previous(int slot) {
        return countedInt(slot, PREVIOUS);
    }

    void previous(int slot, int other) {
        setCountedInt(slot, PREVIOUS, other);
    }

    int next(int slot) {
        return countedInt(slot, NEXT);
    }

    void next(int slot, int other) {
        setCountedInt(slot, NEXT, other);
    }

    int idleTicks(int slot, int nowTicks) {
        return Math.max(0, nowTicks - lookedUpInt(slot, LAST_SEEN));
    }

    /// Whether a flow is in the slot.
    public boolean isLive(int slot) {
        return id(slot) != 0;
    }

    /// Whether the slot still holds the flow that had this [#id].
    public boolean isLive(int slot, long id) {
        return id(slot) == id;
    }

    /// The flow's number, positive and below 2^56, greater than those of all flows begun before it in this table: the
    /// milliseconds of [#startedEpochMillis] and 12 bits that tell apart the flows of one millisecond.
    public long id(int slot) {
        return countedLong(slot, ID);
    }

    /// When the flow began, as given to [FlowTable#insert]; later only where more than 4,096 flows began in one
    /// millisecond or the wall clock went back.
    public long startedEpochMillis(int slot) {
        return id(slot) >>> ID_ORDINAL_BITS;
    }

    /// First eight bytes of the device's address.
    public long deviceHigh(int slot) {
        return lookedUpLong(slot, DEVICE_HIGH);
    }

    /// Last eight bytes of the device's address.
    public long deviceLow(int slot) {
        return lookedUpLong(slot, DEVICE_LOW);
    }

    /// First eight bytes of the target's address.
    public long targetHigh(int slot) {
        return lookedUpLong(slot, TARGET_HIGH);
    }

    /// Last eight bytes of the target's address.
    public long targetLow(int slot) {
        return lookedUpLong(slot, TARGET_LOW);
    }

    /// `devicePort << 16 | targetPort`.
    public int ports(int slot) {
        return lookedUpInt(slot, PORTS);
    }

    /// The IP protocol number.
    public int protocol(int slot) {
        return lookedUp.get(BYTE, (long) slot * LOOKED_UP_BYTES + PROTOCOL) & 0xff;
    }

    /// The number of the device that the flow belongs to.
    public int device(int slot) {
        return lookedUp.get(SHORT, (long) slot * LOOKED_UP_BYTES + DEVICE) & 0xffff;
    }

    /// The state, 0..255.
    public int state(int slot) {
        return lookedUp.get(BYTE, (long) slot * LOOKED_UP_BYTES + STATE) & 0xff;
    }

    /// Sets the state, 0..255.
    public void state(int slot, int state) {
        lookedUp.set(BYTE, (long) slot * LOOKED_UP_BYTES + STATE, (byte) state);
    }

    /// [#policyVersion] in the low half, [#flags] in the high half.
    long verdict(int slot) {
        return lookedUpLong(slot, POLICY_VERSION);
    }

    /// [#state], and above its eight bits [#device].
    int stateAndDevice(int slot) {
        return (int) (lookedUpLong(slot, PORTS) >>> 40);
    }

    /// The flags, 0..255.
    public int flags(int slot) {
        return lookedUp.get(BYTE, (long) slot * LOOKED_UP_BYTES + FLAGS) & 0xff;
    }

    /// Sets the flags, 0..255.
    public void flags(int slot, int flags) {
        lookedUp.set(BYTE, (long) slot * LOOKED_UP_BYTES + FLAGS, (byte) flags);
    }

    /// The MFA session that the flow rests on.
    public int mfaSession(int slot) {
        return lookedUpInt(slot, MFA_SESSION);
    }

    /// Sets the MFA session that the flow rests on.
    public void mfaSession(int slot, int session) {
        setLookedUpInt(slot, MFA_SESSION, session);
    }

    /// The rule that decided.
    public int rule(int slot) {
        return lookedUpInt(slot, RULE);
    }

    /// Sets the rule that decided.
    public void rule(int slot, int rule) {
        setLookedUpInt(slot, RULE, rule);
    }

    /// The version of the policy that decided, or its low 32 bits.
    public int policyVersion(int slot) {
        return lookedUpInt(slot, POLICY_VERSION);
    }

    /// Sets the version of the policy that decided.
    public void policyVersion(int slot, int version) {
        setLookedUpInt(slot, POLICY_VERSION, version);
    }

    /// First second at which the decision may differ; `Long.MAX_VALUE` = never. Zero in a new flow: decide first.
    public long validUntilEpochSecond(int slot) {
        int stored = lookedUpInt(slot, VALID_UNTIL);
        return stored == NEVER ? Long.MAX_VALUE : Integer.toUnsignedLong(stored);
    }

    /// Sets the first second at which the decision may differ. What 32 bits can't say becomes earlier, never later:
    /// a time before 1970 is 1970, one after the year 2106 is 2106.
    public void validUntilEpochSecond(int slot, long epochSecond) {
        int stored = epochSecond == Long.MAX_VALUE ? NEVER : (int) Math.clamp(epochSecond, 0, LATEST_SECOND);
        setLookedUpInt(slot, VALID_UNTIL, stored);
    }

    /// Notes that a packet of the flow was seen at `nowNanos`, a monotonic time.
    public void seen(int slot, long nowNanos) {
        setLookedUpInt(slot, LAST_SEEN, ticks(nowNanos));
    }

    /// How long ago the flow was last [#seen], to about 17 ms; right for a year.
    public long idleNanos(int slot, long nowNanos) {
        return (long) idleTicks(slot, ticks(nowNanos)) << TICK_SHIFT;
    }

    /// Counts packets from the device to the target.
    public void addToTarget(int slot, long bytes, long packets) {
        add(slot, TO_TARGET, bytes, packets);
    }

    /// Counts packets from the target to the device.
    public void addToDevice(int slot, long bytes, long packets) {
        add(slot, TO_DEVICE, bytes, packets);
    }

    /// Bytes from the device to the target.
    public long bytesToTarget(int slot) {
        return countedLong(slot, TO_TARGET);
    }

    /// Packets from the device to the target.
    public long packetsToTarget(int slot) {
        return countedLong(slot, TO_TARGET + PACKETS);
    }

    /// Bytes from the target to the device.
    public long bytesToDevice(int slot) {
        return countedLong(slot, TO_DEVICE);
    }

    /// Packets from the target to the device.
    public long packetsToDevice(int slot) {
        return countedLong(slot, TO_DEVICE + PACKETS);
    }

    /// The word kept for tracking the device's sequence numbers.
    public int deviceSequence(int slot) {
        return countedInt(slot, TO_DEVICE + SEQUENCE);
    }

    /// Sets the word kept for tracking the device's sequence numbers.
    public void deviceSequence(int slot, int sequence) {
        setCountedInt(slot, TO_DEVICE + SEQUENCE, sequence);
    }

    /// The word kept for tracking the target's sequence numbers.
    public int targetSequence(int slot) {
        return countedInt(slot, TO_TARGET + SEQUENCE);
    }

    /// Sets the word kept for tracking the target's sequence numbers.
    public void targetSequence(int slot, int sequence) {
        setCountedInt(slot, TO_TARGET + SEQUENCE, sequence);
    }

    private void add(int slot, int offset, long bytes, long packets) {
        long at = (long) slot * COUNTED_BYTES + offset;
        counted.set(LONG, at, counted.get(LONG, at) + bytes);
        counted.set(LONG, at + PACKETS, counted.get(LONG, at + PACKETS) + packets);
    }

    private long lookedUpLong(int slot, int offset) {
        return lookedUp.get(LONG, (long) slot * LOOKED_UP_BYTES + offset);
    }

    private int lookedUpInt(int slot, int offset) {
        return lookedUp.get(INT, (long) slot * LOOKED_UP_BYTES + offset);
    }

    private void setLookedUpInt(int slot, int offset, int value) {
        lookedUp.set(INT, (long) slot * LOOKED_UP_BYTES + offset, value);
    }

    private long countedLong(int slot, int offset) {
        return counted.get(LONG, (long) slot * COUNTED_BYTES + offset);
    }

    private int countedInt(int slot, int offset) {
        return counted.get(INT, (long) slot * COUNTED_BYTES + offset);
    }

    private void setCountedInt(int slot, int offset, int value) {
        counted.set(INT, (long) slot * COUNTED_BYTES + offset, value);
    }
}
