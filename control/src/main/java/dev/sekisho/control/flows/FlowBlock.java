package dev.sekisho.control.flows;

import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.FlowTuple;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

/// What a stretch of a flow log file may hold, so that a search can leave it out: the times of its flows, the
/// most bytes of one, and a Bloom filter of their [FlowKeys]. Owner: the log's thread while it grows, then its
/// reader.
///
/// As bytes, big-endian: start, end, first and last millisecond, most bytes (8 each), flows (4), 2,048 of the
/// filter, 4 of a CRC-32 over what comes before.
public final class FlowBlock {
    /// Bytes of one in an index file.
    public static final int BYTES = 5 * Long.BYTES + Integer.BYTES + FlowBlock.FILTER_BYTES + Integer.BYTES;

    /// A block ends with the write that makes it so long.
    static final int TARGET_BYTES = 256 << 10;

    private static final int FILTER_BYTES = 2_048;
    private static final int FILTER_MASK = FILTER_BYTES * Byte.SIZE - 1;

    /// Bits of the filter for a key. With some 1,500 different keys in a block one search in 100 reads it in
    /// vain.
    private static final int PROBES = 4;

    private final long[] filter = new long[FILTER_BYTES / Long.BYTES];
    private long start;
    private long end;
    private long firstMillis = Long.MAX_VALUE;
    private long lastMillis = Long.MIN_VALUE;
    private long mostBytes;
    private int flows;

    FlowBlock() {}

    /// Where its first line starts in the file.
    public long start() {
        return start;
    }

    /// Where its last line ends.
    public long end() {
        return end;
    }

    void place(long from, long to) {
        start = from;
        end = to;
    }

    void add(CheckpointEvent event) {
        switch (event) {
            case CheckpointEvent.FlowClosed closed -> {
                tuple(closed.tuple(), closed.epochMillis());
                put(FlowKeys.text(FlowKeys.Kind.USER, closed.user().name()));
                put(FlowKeys.text(FlowKeys.Kind.DEVICE, closed.device().name()));
                put(FlowKeys.text(FlowKeys.Kind.GRANT, closed.grant().name()));
                put(FlowKeys.text(FlowKeys.Kind.RESOURCE, closed.resource().name()));
                put(FlowKeys.text(FlowKeys.Kind.VERDICT, closed.handedOff() ? "handed-off" : "allowed"));
                mostBytes = Math.max(
                        mostBytes,
                        closed.traffic().bytesToTarget() + closed.traffic().bytesToDevice());
            }
            case CheckpointEvent.FlowDenied denied -> {
                tuple(denied.tuple(), denied.epochMillis());
                if (denied.user() != null) {
                    put(FlowKeys.text(FlowKeys.Kind.USER, denied.user().name()));
                }
                if (denied.grant() != null) {
                    put(FlowKeys.text(FlowKeys.Kind.GRANT, denied.grant().name()));
                }
                put(FlowKeys.text(FlowKeys.Kind.DEVICE, denied.device().name()));
                put(FlowKeys.text(FlowKeys.Kind.VERDICT, "denied"));
            }
            case CheckpointEvent.FlowOpened _,
                    CheckpointEvent.ChallengeNeeded _,
                    CheckpointEvent.ChallengeEnded _,
                    CheckpointEvent.ChallengesSilenced _,
                    CheckpointEvent.DeviceLocked _,
                    CheckpointEvent.DeviceUnlocked _ -> {}
        }
    }

    private void tuple(FlowTuple tuple, long millis) {
        flows++;
        firstMillis = Math.min(firstMillis, millis);
        lastMillis = Math.max(lastMillis, millis);
        for (long key : FlowKeys.address(tuple.destinationHigh(), tuple.destinationLow())) {
            put(key);
        }
        put(FlowKeys.text(FlowKeys.Kind.PORT, Integer.toString(tuple.destinationPort())));
        put(FlowKeys.text(FlowKeys.Kind.PROTOCOL, EventJson.protocol(tuple.protocol())));
    }

    private void put(long key) {
        for (int i = 0; i < PROBES; i++) {
            int bit = bit(key, i);
            filter[bit >>> 6] |= 1L << bit;
        }
    }

    private static int bit(long key, int probe) {
        return ((int) key + probe * ((int) (key >>> Integer.SIZE) | 1)) & FILTER_MASK;
    }

    /// Takes in what another one holds; its place stays.
    void merge(FlowBlock other) {
        flows += other.flows;
        firstMillis = Math.min(firstMillis, other.firstMillis);
        lastMillis = Math.max(lastMillis, other.lastMillis);
        mostBytes = Math.max(mostBytes, other.mostBytes);
        for (int i = 0; i < filter.length; i++) {
            filter[i] |= other.filter[i];
        }
    }

    void clear() {
        Arrays.fill(filter, 0);
        firstMillis = Long.MAX_VALUE;
        lastMillis = Long.MIN_VALUE;
        mostBytes = 0;
        flows = 0;
    }

    /// Whether a flow in it may have ended or been refused in this time.
    ///
    /// @param to the millisecond after the last
    public boolean mayHoldTime(long from, long to) {
        return flows > 0 && lastMillis >= from && firstMillis < to;
    }

    /// Whether a flow in it may have so many bytes.
    public boolean mayHoldBytes(long least) {
        return mostBytes >= least;
    }

    /// Whether a flow in it may have the key.
    public boolean mayHold(long key) {
        for (int i = 0; i < PROBES; i++) {
            int bit = bit(key, i);
            if ((filter[bit >>> 6] & 1L << bit) == 0) {
                return false;
            }
        }
        return true;
    }

    /// As it is written.
    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(start).putLong(end).putLong(firstMillis).putLong(lastMillis);
        bytes.putLong(mostBytes).putInt(flows);
        for (long word : filter) {
            bytes.putLong(word);
        }
        return bytes.putInt(checksum(bytes)).array();
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.array(), bytes.arrayOffset(), BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }

    /// As it was written; empty when it is damaged.
    ///
    /// @param bytes [#BYTES] of them, at the start of their array
    static Optional<FlowBlock> read(ByteBuffer bytes) {
        if (bytes.getInt(BYTES - Integer.BYTES) != checksum(bytes)) {
            return Optional.empty();
        }
        FlowBlock block = new FlowBlock();
        block.start = bytes.getLong();
        block.end = bytes.getLong();
        block.firstMillis = bytes.getLong();
        block.lastMillis = bytes.getLong();
        block.mostBytes = bytes.getLong();
        block.flows = bytes.getInt();
        for (int i = 0; i < block.filter.length; i++) {
            block.filter[i] = bytes.getLong();
        }
        return block.start >= 0 && block.start <= block.end ? Optional.of(block) : Optional.empty();
    }
}
