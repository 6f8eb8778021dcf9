package dev.sekisho.dataplane.flow;

import java.util.SplittableRandom;

/// A flow's key as a value, for tests.
record FlowKey(long deviceHigh, long deviceLow, long targetHigh, long targetLow, int ports, int protocol) {
    private static final long V4_MAPPED = 0xffff_0000_0000L;

    /// An IPv4 TCP flow from 10.66.0.0 + `device` to 10.0.0.0 + `target`.
    static FlowKey tcp4(int device, int devicePort, int target, int targetPort) {
        return new FlowKey(
                0,
                V4_MAPPED | (0x0a42_0000 + device),
                0,
                V4_MAPPED | (0x0a00_0000 + target),
                (devicePort << 16) | targetPort,
                6);
    }

    /// Flow number `n` of a device: ports and targets in sequence.
    static FlowKey numbered(int device, int n) {
        return tcp4(device, n & 0xffff, n >>> 16, 443);
    }

    /// Any flow of a device out of a few, so that most are met again.
    static FlowKey oneOfFew(int device, SplittableRandom random) {
        FlowKey key = tcp4(device, random.nextInt(40), random.nextInt(2), 443 + random.nextInt(2));
        return random.nextInt(4) == 0
                ? new FlowKey(0xfd00L << 48, device, 0xfd01L << 48, key.targetLow, key.ports, 17)
                : key;
    }

    int findIn(FlowTable table) {
        return table.find(deviceHigh, deviceLow, targetHigh, targetLow, ports, protocol);
    }

    int insertInto(FlowTable table, int device, long nowNanos) {
        return table.insert(
                deviceHigh, deviceLow, targetHigh, targetLow, ports, protocol, device, nowNanos, nowNanos / 1_000_000);
    }

    static FlowKey of(FlowRecords records, int slot) {
        return new FlowKey(
                records.deviceHigh(slot),
                records.deviceLow(slot),
                records.targetHigh(slot),
                records.targetLow(slot),
                records.ports(slot),
                records.protocol(slot));
    }
}
