package dev.sekisho.dataplane.flow;

import dev.sekisho.tun.raw.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// What a [FlowTable] knows of each flow, by its slot. Owner: the table's thread. Allocates nothing after construction.
///
/// A flow has a row of words in each of two arrays off the heap: what every look-up compares and every packet checks is
/// one cache line, what is only counted or asked for later lies beside it. An access is always to a whole word, by its
/// address: a part of one, or one through a segment, is many nodes for the compiler before it is two instructions.
/// ```
/// looked up: 64 bytes, aligned            counted: 56 bytes
/// 0 device address, low                    8 bytes to the target
/// 1 target address, low                    9 packets to the target
/// 2 device address, high                  10 bytes to the device
/// 3 target address, high                  11 packets to the device
/// 4 device port (16), target port (16),   12 sequence word of the device (32), of the target (32)
///   protocol (8), state (8), device (16)  13 previous flow of the device (32), next one or next free slot (32)
/// 5 policy version (32), flags (8)        14 id
/// 6 valid until (32), last seen (32)
/// 7 MFA session (32), rule (32)
/// ```
/// What is named first lies in the low bits, but for the ports, which are `device port << 16 | target port`. Addresses
/// are pairs of longs as in `policy.Cidr`, IPv4 in its mapped form. State, flags, rule, policy version, MFA session and
/// sequence words are the caller's: the table stores them, zero in a new flow. Accessors take the slot of a live flow;
/// of a slot that may be stale ask [#isLive] first.
public final class FlowRecords {
    /// Length of a tick, the unit in which the table keeps time: 2^24 ns, about 17 ms. Ticks wrap in two years.
    static final int TICK_SHIFT = 24;

    private static final int LOOKED_UP_BYTES = 64;
    private static final int COUNTED_BYTES = 56;

    /// Bits of an id that number the flows of one millisecond.
    private static final int ID_ORDINAL_BITS = 12;

    private static final long PORTS_AND_PROTOCOL = 0xff_ffff_ffffL;
    private static final long LOW_32 = 0xffff_ffffL;
    private static final int NEVER = -1;
    private static final long LATEST_SECOND = 0xffff_fffeL;

    private static final int DEVICE_LOW = 0;
    private static final int TARGET_LOW = 1;
    private static final int DEVICE_HIGH = 2;
    private static final int TARGET_HIGH = 3;
    private static final int KEY = 4;
    private static final int VERDICT = 5;
    private static final int TIMES = 6;
    private static final int GRANT = 7;
    /// From here on words are counted.
    private static final int TO_TARGET = 8;
    private static final int TO_DEVICE = 10;
    private static final int SEQUENCES = 12;
    private static final int LINKS = 13;
    private static final int ID = 14;

    private static final int PROTOCOL_SHIFT = 32;
    private static final int STATE_SHIFT = 40;
    private static final int DEVICE_SHIFT = 48;

    // Rows are aligned; a layout that says so would check it on every access.
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

    /// Held so that it stays.
    @SuppressWarnings("unused")
    private final MemorySegment lookedUp;

    @SuppressWarnings("unused")
    private final MemorySegment counted;

    private final long lookedUpAt;
    private final long countedAt;
    private final int capacity;
    private long lastId;

    /// No flows. `arena` frees memory when nobody reaches it any more (`Platform.tables`) or never.
    ///
    /// @throws IllegalArgumentException when the arena is one for closing
    FlowRecords(Arena arena, int capacity) {
        this.capacity = capacity;
        lookedUp = arena.allocate((long) capacity * LOOKED_UP_BYTES, LOOKED_UP_BYTES);
        counted = arena.allocate((long) capacity * COUNTED_BYTES, LOOKED_UP_BYTES);
        lookedUpAt = RawMemory.address(lookedUp);
        countedAt = RawMemory.address(counted);
    }

    /// The ticks of a time.
    static int ticks(long nanos) {
        return (int) (nanos >> TICK_SHIFT);
    }

    /// Ports and protocol as [#matches] wants them.
    static long portsAndProtocol(int ports, int protocol) {
        return (ports & LOW_32) | ((long) (protocol & 0xff) << PROTOCOL_SHIFT);
    }

    boolean matches(int slot, long deviceHigh, long deviceLow, long targetHigh, long targetLow, long portsAndProtocol) {
        // Two branches: nearly always all of it is the same, or not even the ports are.
        return ((word(slot, KEY) ^ portsAndProtocol) & PORTS_AND_PROTOCOL) == 0
                && ((word(slot, DEVICE_LOW) ^ deviceLow)
                                | (word(slot, TARGET_LOW) ^ targetLow)
                                | (word(slot, DEVICE_HIGH) ^ deviceHigh)
                                | (word(slot, TARGET_HIGH) ^ targetHigh))
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
        for (int at = 0; at <= ID; at++) {
            word(slot, at, 0);
        }
        word(slot, DEVICE_HIGH, deviceHigh);
        word(slot, DEVICE_LOW, deviceLow);
        word(slot, TARGET_HIGH, targetHigh);
        word(slot, TARGET_LOW, targetLow);
        word(slot, KEY, portsAndProtocol | ((long) device << DEVICE_SHIFT));
        lastId = Math.max(lastId + 1, epochMillis << ID_ORDINAL_BITS);
        word(slot, ID, lastId);
    }

    /// Ends a flow; its slot is not live until the next [#begin].
    void end(int slot) {
        word(slot, ID, 0);
    }

    int previous(int slot) {
        return low(slot, LINKS);
    }

    void previous(int slot, int other) {
        low(slot, LINKS, other);
    }

    int next(int slot) {
        return high(slot, LINKS);
    }

    void next(int slot, int other) {
        high(slot, LINKS, other);
    }

    int idleTicks(int slot, int nowTicks) {
        return Math.max(0, nowTicks - high(slot, TIMES));
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
        return word(slot, ID);
    }

    /// When the flow began, as given to [FlowTable#insert]; later only where more than 4,096 flows began in one
    /// millisecond or the wall clock went back.
    public long startedEpochMillis(int slot) {
        return id(slot) >>> ID_ORDINAL_BITS;
    }

    /// First eight bytes of the device's address.
    public long deviceHigh(int slot) {
        return word(slot, DEVICE_HIGH);
    }

    /// Last eight bytes of the device's address.
    public long deviceLow(int slot) {
        return word(slot, DEVICE_LOW);
    }

    /// First eight bytes of the target's address.
    public long targetHigh(int slot) {
        return word(slot, TARGET_HIGH);
    }

    /// Last eight bytes of the target's address.
    public long targetLow(int slot) {
        return word(slot, TARGET_LOW);
    }

    /// `devicePort << 16 | targetPort`.
    public int ports(int slot) {
        return low(slot, KEY);
    }

    /// The IP protocol number.
    public int protocol(int slot) {
        return octet(slot, KEY, PROTOCOL_SHIFT);
    }

    /// The number of the device that the flow belongs to.
    public int device(int slot) {
        return (int) (word(slot, KEY) >>> DEVICE_SHIFT);
    }

    /// The state, 0..255.
    public int state(int slot) {
        return octet(slot, KEY, STATE_SHIFT);
    }

    /// Sets the state, 0..255.
    public void state(int slot, int state) {
        octet(slot, KEY, STATE_SHIFT, state);
    }

    /// [#policyVersion] in the low half, [#flags] in the high half.
    long verdict(int slot) {
        return word(slot, VERDICT);
    }

    /// [#state], and above its eight bits [#device].
    int stateAndDevice(int slot) {
        return (int) (word(slot, KEY) >>> STATE_SHIFT);
    }

    /// The flags, 0..255.
    public int flags(int slot) {
        return octet(slot, VERDICT, Integer.SIZE);
    }

    /// Sets the flags, 0..255.
    public void flags(int slot, int flags) {
        octet(slot, VERDICT, Integer.SIZE, flags);
    }

    /// The MFA session that the flow rests on.
    public int mfaSession(int slot) {
        return low(slot, GRANT);
    }

    /// Sets the MFA session that the flow rests on.
    public void mfaSession(int slot, int session) {
        low(slot, GRANT, session);
    }

    /// The rule that decided.
    public int rule(int slot) {
        return high(slot, GRANT);
    }

    /// Sets the rule that decided.
    public void rule(int slot, int rule) {
        high(slot, GRANT, rule);
    }

    /// The version of the policy that decided, or its low 32 bits.
    public int policyVersion(int slot) {
        return low(slot, VERDICT);
    }

    /// Sets the version of the policy that decided.
    public void policyVersion(int slot, int version) {
        low(slot, VERDICT, version);
    }

    /// First second at which the decision may differ; `Long.MAX_VALUE` = never. Zero in a new flow: decide first.
    public long validUntilEpochSecond(int slot) {
        int stored = low(slot, TIMES);
        return stored == NEVER ? Long.MAX_VALUE : Integer.toUnsignedLong(stored);
    }

    /// Sets the first second at which the decision may differ. What 32 bits can't say becomes earlier, never later:
    /// a time before 1970 is 1970, one after the year 2106 is 2106.
    public void validUntilEpochSecond(int slot, long epochSecond) {
        low(slot, TIMES, epochSecond == Long.MAX_VALUE ? NEVER : (int) Math.clamp(epochSecond, 0, LATEST_SECOND));
    }

    /// Notes that a packet of the flow was seen at `nowNanos`, a monotonic time.
    public void seen(int slot, long nowNanos) {
        int ticks = ticks(nowNanos);
        if (high(slot, TIMES) != ticks) {
            high(slot, TIMES, ticks); // seldom: else the line, which is only read, would go back to memory each time
        }
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
        return word(slot, TO_TARGET);
    }

    /// Packets from the device to the target.
    public long packetsToTarget(int slot) {
        return word(slot, TO_TARGET + 1);
    }

    /// Bytes from the target to the device.
    public long bytesToDevice(int slot) {
        return word(slot, TO_DEVICE);
    }

    /// Packets from the target to the device.
    public long packetsToDevice(int slot) {
        return word(slot, TO_DEVICE + 1);
    }

    /// The word kept for tracking the device's sequence numbers.
    public int deviceSequence(int slot) {
        return low(slot, SEQUENCES);
    }

    /// Sets the word kept for tracking the device's sequence numbers.
    public void deviceSequence(int slot, int sequence) {
        low(slot, SEQUENCES, sequence);
    }

    /// The word kept for tracking the target's sequence numbers.
    public int targetSequence(int slot) {
        return high(slot, SEQUENCES);
    }

    /// Sets the word kept for tracking the target's sequence numbers.
    public void targetSequence(int slot, int sequence) {
        high(slot, SEQUENCES, sequence);
    }

    private void add(int slot, int at, long bytes, long packets) {
        word(slot, at, word(slot, at) + bytes);
        word(slot, at + 1, word(slot, at + 1) + packets);
    }

    private long word(int slot, int at) {
        return RawMemory.ALL.get(WORD, at(slot, at));
    }

    private void word(int slot, int at, long value) {
        RawMemory.ALL.set(WORD, at(slot, at), value);
    }

    /// Address of a word. The slot is checked, which the compiler does once for words that are asked for together.
    private long at(int slot, int at) {
        long row = Objects.checkIndex(slot, capacity);
        return at < TO_TARGET
                ? lookedUpAt + row * LOOKED_UP_BYTES + (long) at * Long.BYTES
                : countedAt + row * COUNTED_BYTES + (long) (at - TO_TARGET) * Long.BYTES;
    }

    private int low(int slot, int at) {
        return (int) word(slot, at);
    }

    private void low(int slot, int at, int value) {
        word(slot, at, (word(slot, at) & ~LOW_32) | (value & LOW_32));
    }

    private int high(int slot, int at) {
        return (int) (word(slot, at) >>> Integer.SIZE);
    }

    private void high(int slot, int at, int value) {
        word(slot, at, (word(slot, at) & LOW_32) | ((long) value << Integer.SIZE));
    }

    private int octet(int slot, int at, int shift) {
        return (int) (word(slot, at) >>> shift) & 0xff;
    }

    private void octet(int slot, int at, int shift, int value) {
        word(slot, at, (word(slot, at) & ~(0xffL << shift)) | ((value & 0xffL) << shift));
    }
}
