package dev.sekisho.control.flows.stats;

/// What is counted per minute. The names are those in the files.
enum Measure {
    /// Flows that were opened.
    OPENED,
    /// Flows that ended; their bytes count at their end.
    CLOSED,
    /// Attempts that were refused, those without a line of their own included.
    DENIED,
    /// Bytes of flows that went to their destination.
    BYTES_ALLOWED,
    /// Bytes of flows that were handed to a proxy.
    BYTES_HANDED_OFF,
    /// Bytes of ended flows from devices to targets.
    BYTES_TO_TARGET,
    /// Bytes of ended flows from targets to devices.
    BYTES_TO_DEVICE,
    /// Second factors that were asked for.
    CHALLENGES,
    /// Challenges that were approved.
    APPROVED,
    /// Challenges that were denied, ran out, or were no longer asked.
    REFUSED,
    /// Devices that were locked.
    LOCKS,
    /// Bytes of whole datagrams from devices.
    RECEIVED,
    /// Bytes of whole datagrams to devices.
    SENT
}
