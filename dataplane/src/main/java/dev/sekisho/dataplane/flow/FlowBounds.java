package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;

/// How much a [FlowTable] holds.
///
/// @param capacity flows in all, 1 to [Limits#LARGEST_FLOWS]
/// @param perDevice flows of one device, at least 1
/// @param replaceableAfterNanos silence after which a flow makes room for another of the same device; counted in ticks
/// of 17 ms
public record FlowBounds(int capacity, int perDevice, long replaceableAfterNanos) {
    /// @throws IllegalArgumentException when a bound is out of range
    public FlowBounds {
        if (capacity < 1 || capacity > Limits.LARGEST_FLOWS) {
            throw new IllegalArgumentException("a table for " + capacity + " flows is out of range");
        }
        if (perDevice < 1) {
            throw new IllegalArgumentException("a device needs at least one flow, not " + perDevice);
        }
        if (replaceableAfterNanos < 0) {
            throw new IllegalArgumentException("a silence is not negative: " + replaceableAfterNanos + " ns");
        }
    }

    /// A table for `capacity` flows with the bounds of [Limits] for each device.
    ///
    /// @throws IllegalArgumentException when the capacity is out of range
    public static FlowBounds of(int capacity) {
        return new FlowBounds(capacity, Limits.FLOWS_PER_DEVICE, Limits.FLOW_REPLACEABLE_AFTER_NANOS);
    }
}
