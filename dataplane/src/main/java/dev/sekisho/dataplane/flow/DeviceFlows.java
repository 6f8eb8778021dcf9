package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import java.util.Arrays;

/// Which flows belong to which device, in the order in which they came, and which device has most. Owner: the table's
/// thread. Allocates only when a device number is met that is beyond all before it.
///
/// Flows of a device are a list through their records. Devices with equally many flows are a list as well, and one
/// array knows the first device of every such list. A flow more or less moves its device to the neighbouring list, so
/// the device that has most is always known exactly, at a constant cost for each change and without a search.
final class DeviceFlows {
    /// Flows that are looked at for the one that was seen least recently.
    private static final int LOOKS = 8;

    private static final int NONE = FlowTable.NONE;

    private final FlowRecords records;
    private final int[] firstDeviceWith;
    private int[] counts = {};
    private int[] firstFlow = {};
    private int[] lastFlow = {};
    private int[] previousDevice = {};
    private int[] nextDevice = {};
    private int highestCount;
    private int devices;

    /// For at most `perDevice` flows of one device.
    DeviceFlows(FlowRecords records, int perDevice) {
        this.records = records;
        firstDeviceWith = new int[perDevice + 1];
        Arrays.fill(firstDeviceWith, NONE);
    }

    /// How many flows a device has.
    int count(int device) {
        return device < counts.length ? counts[device] : 0;
    }

    /// How many devices have flows.
    int devices() {
        return devices;
    }

    /// A device that no other has more flows than, or NONE when there are no flows.
    int deviceWithMost() {
        return firstDeviceWith[highestCount];
    }

    /// The first flow in the list of a device, or NONE.
    int first(int device) {
        return device < counts.length ? firstFlow[device] : NONE;
    }

    /// Makes room for a device; to be called before [#add].
    ///
    /// @throws IllegalArgumentException when its number is out of range
    void expect(int device) {
        if (device < 0 || device >= Limits.MAX_PEERS) {
            throw new IllegalArgumentException("a device numbered " + device + " is out of range");
        }
        if (device >= counts.length) {
            grow(Math.max(64, Integer.highestOneBit(device) << 1));
        }
    }

    /// Takes a new flow of `device`.
    void add(int device, int slot) {
        append(device, slot);
        recount(device, counts[device] + 1);
    }

    /// Lets a flow of `device` go.
    void remove(int device, int slot) {
        unlink(device, slot);
        recount(device, counts[device] - 1);
    }

    /// The flow that was seen least recently among the first few of `device`, or NONE when it has none. Those
    /// seen within `activeTicks` go to the end of the list, so that busy old flows don't hide idle ones behind
    /// them: over some calls the list comes close to the order of last use, at no cost per packet.
    int leastRecent(int device, int nowTicks, int activeTicks) {
        int found = NONE;
        int longest = -1;
        int slot = first(device);
        for (int i = 0; i < LOOKS && slot != NONE; i++) {
            int following = records.next(slot);
            int idle = records.idleTicks(slot, nowTicks);
            if (idle > longest) {
                longest = idle;
                found = slot;
            }
            if (idle < activeTicks) {
                unlink(device, slot);
                append(device, slot);
            }
            slot = following;
        }
        return found;
    }

    private void append(int device, int slot) {
        int last = lastFlow[device];
        records.previous(slot, last);
        records.next(slot, NONE);
        if (last == NONE) {
            firstFlow[device] = slot;
        } else {
            records.next(last, slot);
        }
        lastFlow[device] = slot;
    }

    private void unlink(int device, int slot) {
        int previous = records.previous(slot);
        int next = records.next(slot);
        if (previous == NONE) {
            firstFlow[device] = next;
        } else {
            records.next(previous, next);
        }
        if (next == NONE) {
            lastFlow[device] = previous;
        } else {
            records.previous(next, previous);
        }
    }

    /// Moves a device whose count changes by one to the list of its equals.
    private void recount(int device, int count) {
        int before = counts[device];
        leaveEquals(device, before);
        counts[device] = count;
        joinEquals(device, count);
        if (count > highestCount) {
            highestCount = count;
        } else if (before == highestCount && firstDeviceWith[before] == NONE) {
            // This device was the only one with so many, and now has one less.
            highestCount = count;
        }
    }

    private void leaveEquals(int device, int count) {
        if (count == 0) {
            devices++;
            return;
        }
        int previous = previousDevice[device];
        int next = nextDevice[device];
        if (previous == NONE) {
            firstDeviceWith[count] = next;
        } else {
            nextDevice[previous] = next;
        }
        if (next != NONE) {
            previousDevice[next] = previous;
        }
    }

    private void joinEquals(int device, int count) {
        if (count == 0) {
            devices--;
            return;
        }
        int next = firstDeviceWith[count];
        previousDevice[device] = NONE;
        nextDevice[device] = next;
        if (next != NONE) {
            previousDevice[next] = device;
        }
        firstDeviceWith[count] = device;
    }

    private void grow(int length) {
        int before = counts.length;
        counts = Arrays.copyOf(counts, length);
        firstFlow = Arrays.copyOf(firstFlow, length);
        lastFlow = Arrays.copyOf(lastFlow, length);
        previousDevice = Arrays.copyOf(previousDevice, length);
        nextDevice = Arrays.copyOf(nextDevice, length);
        Arrays.fill(firstFlow, before, length, NONE);
        Arrays.fill(lastFlow, before, length, NONE);
    }
}
