package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import java.lang.foreign.Arena;

/// All live flows. Owner: one engine's thread, which makes all calls. Allocates nothing in steady state; its memory,
/// 128 bytes for each flow that fits, is taken at once, and 20 for each device when it first has a flow. Of a flow's,
/// 120 lie off the heap (see [FlowRecords]) and 8 in an array that no collector looks into (see `FlowIndex`).
///
/// A flow is a device's address and port, a target's address and port and a protocol; packets of both directions have
/// the same key, seen from the device. It is named by a slot: an int that stays the same for the flow's life and is
/// then used again (see [FlowRecords#isLive(int, long)]). What is known of the flow lies in [#records].
///
/// Room is shared fairly. A device has at most [FlowBounds#perDevice] flows. When the table is full, a device with
/// fewer flows than its fair share (capacity by devices that have flows) takes the place of a flow of the device that
/// has most; that one always has more than the share, so nobody within the share ever loses a flow to another device.
/// A device at its limit, or at its share in a full table, takes the place of one of its own flows when that one has
/// been silent for [FlowBounds#replaceableAfterNanos], else it is refused. Which flow of a device goes is the least
/// recently seen among a few (see `DeviceFlows`).
///
/// Every call costs a constant number of steps, but [#sweep], which costs what it is told.
public final class FlowTable {
    /// No flow.
    public static final int NONE = -1;

    private final FlowBounds bounds;
    private final FlowRecords records;
    private final FlowIndex index;
    private final DeviceFlows devices;
    private final Evicted evicted;
    private final int activeTicks = FlowRecords.ticks(Limits.FLOW_ACTIVE_NANOS);
    private final int replaceableTicks;

    /// Packets of one flow come in trains: the flow found last is looked at first. NONE or live.
    private int recent = NONE;

    private int firstFree = NONE;
    private int slotsUsed;
    private int size;
    private int sweepAt;

    /// An empty table. Its memory is of `arena`, which frees it when nobody reaches it any more or never. `seed` keys
    /// the hash: secret, and another at each start.
    /// `evicted` is told of each flow that the table itself removes.
    public FlowTable(Arena arena, FlowBounds bounds, long seed, Evicted evicted) {
        this.bounds = bounds;
        this.evicted = evicted;
        records = new FlowRecords(arena, bounds.capacity());
        index = new FlowIndex(
                arena.allocate(2L * bounds.capacity() * FlowIndex.BUCKET_BYTES, FlowIndex.BUCKET_BYTES), records, seed);
        devices = new DeviceFlows(records, bounds.perDevice());
        replaceableTicks = FlowRecords.ticks(bounds.replaceableAfterNanos());
    }

    /// Slots in use or free again: what one round of [#sweep] walks through.
    public int slots() {
        return slotsUsed;
    }

    /// Shows all live flows to `visitor`, which must not change the table.
    public void forEach(FlowVisitor visitor) {
        for (int slot = 0; slot < slotsUsed; slot++) {
            if (records.isLive(slot)) {
                visitor.flow(slot);
            }
        }
    }

    /// What is known of each flow, by slot.
    public FlowRecords records() {
        return records;
    }

    /// The slot of a flow, or [#NONE]. `ports` is `devicePort << 16 | targetPort`, `protocol` the IP protocol number.
    public int find(long deviceHigh, long deviceLow, long targetHigh, long targetLow, int ports, int protocol) {
        long portsAndProtocol = FlowRecords.portsAndProtocol(ports, protocol);
        int slot = recent;
        if (slot != NONE && records.matches(slot, deviceHigh, deviceLow, targetHigh, targetLow, portsAndProtocol)) {
            return slot;
        }
        long hash = index.hash(deviceHigh, deviceLow, targetHigh, targetLow, portsAndProtocol);
        slot = index.find(hash, deviceHigh, deviceLow, targetHigh, targetLow, portsAndProtocol);
        if (slot != NONE) {
            recent = slot;
        }
        return slot;
    }

    /// Begins a flow that [#find] doesn't know and answers its slot, or [#NONE] when the device must not have another
    /// one. May evict a flow first. The new flow is seen now; all else in its record is zero.
    ///
    /// @param device the number of the device, 0 to [Limits#MAX_PEERS] - 1
    /// @param nowNanos monotonic time
    /// @param epochMillis wall-clock time, for the record
    /// @throws IllegalArgumentException when the device's number is out of range
    public int insert(
            long deviceHigh,
            long deviceLow,
            long targetHigh,
            long targetLow,
            int ports,
            int protocol,
            int device,
            long nowNanos,
            long epochMillis) {
        assert find(deviceHigh, deviceLow, targetHigh, targetLow, ports, protocol) == NONE : "inserted twice";
        devices.expect(device);
        if (!makeRoom(device, FlowRecords.ticks(nowNanos))) {
            return NONE;
        }
        int slot = takeSlot();
        long portsAndProtocol = FlowRecords.portsAndProtocol(ports, protocol);
        records.begin(slot, deviceHigh, deviceLow, targetHigh, targetLow, portsAndProtocol, device, epochMillis);
        records.seen(slot, nowNanos);
        index.add(index.hash(deviceHigh, deviceLow, targetHigh, targetLow, portsAndProtocol), slot);
        devices.add(device, slot);
        recent = slot;
        return slot;
    }

    /// Ends the flow in `slot`. False, and nothing changed, when there is none.
    public boolean remove(int slot) {
        if (!records.isLive(slot)) {
            return false;
        }
        index.remove(slot);
        devices.remove(records.device(slot), slot);
        records.end(slot);
        records.next(slot, firstFree);
        firstFree = slot;
        size--;
        if (recent == slot) {
            recent = NONE;
        }
        return true;
    }

    /// How many flows there are.
    public int size() {
        return size;
    }

    /// How many flows a device has.
    public int size(int device) {
        return devices.count(device);
    }

    /// The first flow in the list of a device, or [#NONE]. With [#next] all its flows are met, in no special order; ask
    /// for the next one before the one in hand is removed.
    public int first(int device) {
        return devices.first(device);
    }

    /// The flow that follows a live one in the list of its device, or [#NONE].
    public int next(int slot) {
        return records.next(slot);
    }

    /// Shows the live flows among the next `maxSlots` slots to `visitor` and goes on from there in the next call, round
    /// and round: who calls it often enough meets every flow in time, at a cost bounded by `maxSlots`.
    public void sweep(int maxSlots, FlowVisitor visitor) {
        for (int i = Math.min(maxSlots, slotsUsed); i > 0; i--) {
            int slot = sweepAt;
            sweepAt = slot + 1 == slotsUsed ? 0 : slot + 1;
            if (records.isLive(slot)) {
                visitor.flow(slot);
            }
        }
    }

    private boolean makeRoom(int device, int nowTicks) {
        int count = devices.count(device);
        if (count < bounds.perDevice()) {
            if (size < bounds.capacity()) {
                return true;
            }
            int sharers = devices.devices() + (count == 0 ? 1 : 0);
            if (count < bounds.capacity() / sharers) {
                evict(devices.leastRecent(devices.deviceWithMost(), nowTicks, activeTicks));
                return true;
            }
        }
        int own = devices.leastRecent(device, nowTicks, replaceableTicks);
        if (own == NONE || records.idleTicks(own, nowTicks) < replaceableTicks) {
            return false;
        }
        evict(own);
        return true;
    }

    private void evict(int slot) {
        evicted.evicted(slot);
        remove(slot);
    }

    private int takeSlot() {
        size++;
        int slot = firstFree;
        if (slot == NONE) {
            return slotsUsed++;
        }
        firstFree = records.next(slot);
        return slot;
    }
}
