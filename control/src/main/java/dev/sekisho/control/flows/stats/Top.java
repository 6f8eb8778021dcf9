package dev.sekisho.control.flows.stats;

import java.util.Comparator;

/// What somebody or something adds up to. Immutable.
///
/// @param name of the user, device, resource or destination
/// @param flows that ended
/// @param denied attempts that were refused
/// @param bytesToTarget of the flows that ended
/// @param bytesToDevice of the flows that ended
public record Top(String name, long flows, long denied, long bytesToTarget, long bytesToDevice) {
    /// The most bytes first, then the most refusals.
    static final Comparator<Top> BY_BYTES = Comparator.comparingLong(Top::bytes)
            .thenComparingLong(Top::denied)
            .reversed()
            .thenComparing(Top::name);

    /// The most refusals first.
    static final Comparator<Top> BY_DENIED = Comparator.comparingLong(Top::denied)
            .thenComparingLong(Top::bytes)
            .reversed()
            .thenComparing(Top::name);

    static Top none(String name) {
        return new Top(name, 0, 0, 0, 0);
    }

    Top plus(Top other) {
        return new Top(
                name,
                flows + other.flows,
                denied + other.denied,
                bytesToTarget + other.bytesToTarget,
                bytesToDevice + other.bytesToDevice);
    }

    long bytes() {
        return bytesToTarget + bytesToDevice;
    }
}
