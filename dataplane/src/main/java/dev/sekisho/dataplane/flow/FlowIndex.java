package dev.sekisho.dataplane.flow;

import dev.sekisho.tun.raw.RawMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/// Finds a flow's slot by its key. Owner: the table's thread. Allocates nothing after construction.
///
/// Open addressing with linear probing over buckets of four bytes, two for each flow that fits, so at most half are
/// taken. A bucket is zero or holds a slot plus one in its low bits and, in those left over, a tag of the hash: nearly
/// every other key in the way is passed without a look at its record. Removal shifts back what follows, so there are no
/// tombstones and a table under churn stays as fast as a new one.
///
/// The hash is keyed with secrets drawn from a seed: who does not know it can't choose addresses and ports that
/// collide. It folds 128-bit products as wyhash does, which is fast and mixes well, but is no cryptographic function:
/// the seed must be secret and differ from start to start.
final class FlowIndex {
    /// Bytes of a bucket.
    static final int BUCKET_BYTES = Integer.BYTES;

    private final FlowRecords records;

    /// Held so that it stays.
    @SuppressWarnings("unused")
    private final MemorySegment buckets;

    private final long bucketsAt;
    private final int bucketCount;
    private final int slotMask;
    private final long secret0;
    private final long secret1;
    private final long secret2;
    private final long secret3;
    private final long secret4;
    private final long secret5;

    /// @param buckets zeros, two of [#BUCKET_BYTES] for each flow that fits, of an arena that frees memory when nobody
    ///     reaches it any more or never; nobody else may write them
    /// @param records where the keys of slots are
    /// @param seed secret, and another at each start
    FlowIndex(MemorySegment buckets, FlowRecords records, long seed) {
        this.records = records;
        this.buckets = buckets;
        bucketsAt = RawMemory.address(buckets);
        bucketCount = Math.toIntExact(buckets.byteSize() / BUCKET_BYTES);
        slotMask = (Integer.highestOneBit(bucketCount / 2) << 1) - 1;
        SplittableRandom random = new SplittableRandom(seed);
        secret0 = random.nextLong();
        secret1 = random.nextLong();
        secret2 = random.nextLong();
        secret3 = random.nextLong();
        secret4 = random.nextLong();
        secret5 = random.nextLong();
    }

    long hash(long deviceHigh, long deviceLow, long targetHigh, long targetLow, long portsAndProtocol) {
        long device = fold(deviceHigh ^ secret0, deviceLow ^ secret1);
        long target = fold(targetHigh ^ secret2, targetLow ^ secret3);
        return fold(device ^ portsAndProtocol ^ secret4, target ^ secret5);
    }

    /// The slot of the flow with this key, or [FlowTable#NONE].
    int find(long hash, long deviceHigh, long deviceLow, long targetHigh, long targetLow, long portsAndProtocol) {
        int tag = tag(hash);
        int bucket = home(hash);
        int entry = entry(bucket);
        while (entry != 0) {
            if ((entry & ~slotMask) == tag) {
                int slot = (entry & slotMask) - 1;
                if (records.matches(slot, deviceHigh, deviceLow, targetHigh, targetLow, portsAndProtocol)) {
                    return slot;
                }
            }
            bucket = after(bucket);
            entry = entry(bucket);
        }
        return FlowTable.NONE;
    }

    /// Enters a slot whose key is not in the index.
    void add(long hash, int slot) {
        int bucket = home(hash);
        while (entry(bucket) != 0) {
            bucket = after(bucket);
        }
        entry(bucket, tag(hash) | (slot + 1));
    }

    /// Takes out a slot that is in the index and whose record still has its key.
    void remove(int slot) {
        int hole = home(hash(slot));
        while ((entry(hole) & slotMask) != slot + 1) {
            hole = after(hole);
        }
        // What a search would no longer reach across the hole moves into it and leaves the next hole.
        int bucket = after(hole);
        int entry = entry(bucket);
        while (entry != 0) {
            int home = home(hash((entry & slotMask) - 1));
            if (distance(home, bucket) >= distance(hole, bucket)) {
                entry(hole, entry);
                hole = bucket;
            }
            bucket = after(bucket);
            entry = entry(bucket);
        }
        entry(hole, 0);
    }

    private long hash(int slot) {
        return hash(
                records.deviceHigh(slot),
                records.deviceLow(slot),
                records.targetHigh(slot),
                records.targetLow(slot),
                FlowRecords.portsAndProtocol(records.ports(slot), records.protocol(slot)));
    }

    private static long fold(long a, long b) {
        return (a * b) ^ Math.unsignedMultiplyHigh(a, b);
    }

    /// The high half of the hash, scaled to the number of buckets. The tag takes its bits from the low half.
    private int home(long hash) {
        return (int) (((hash >>> Integer.SIZE) * bucketCount) >>> Integer.SIZE);
    }

    private int tag(long hash) {
        return (int) hash & ~slotMask;
    }

    private int after(int bucket) {
        return bucket + 1 == bucketCount ? 0 : bucket + 1;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + bucketCount;
    }

    private int entry(int bucket) {
        return RawMemory.ALL.get(ValueLayout.JAVA_INT_UNALIGNED, bucketsAt + (long) bucket * BUCKET_BYTES);
    }

    private void entry(int bucket, int entry) {
        RawMemory.ALL.set(ValueLayout.JAVA_INT_UNALIGNED, bucketsAt + (long) bucket * BUCKET_BYTES, entry);
    }
}
