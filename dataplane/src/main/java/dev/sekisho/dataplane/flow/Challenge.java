package dev.sekisho.dataplane.flow;

/// A question to a person: may this device talk to this scope? Immutable. Times are nanoseconds of a
/// monotonic clock.
///
/// @param <R> what the policy calls the rule that asks
/// @param id 1 to 2^40 - 1, unique among the open ones
/// @param device number of the device
/// @param addressHigh first eight bytes of the scope's address (IPv4 mapped)
/// @param addressLow last eight bytes of the scope's address
/// @param scopePort the scope's port, or [MfaSessions#ANY_PORT] for all granted ports of the address
/// @param rule what asked
/// @param port destination port of the packet that caused it
/// @param protocol IP protocol number of the packet that caused it
/// @param openedNanos when it was opened
/// @param deadlineNanos from when on an answer is too late
public record Challenge<R>(
        long id,
        int device,
        long addressHigh,
        long addressLow,
        int scopePort,
        R rule,
        int port,
        int protocol,
        long openedNanos,
        long deadlineNanos) {
    /// Whether an approval opens one port alone.
    public boolean perPort() {
        return scopePort != MfaSessions.ANY_PORT;
    }

    boolean asksFor(long high, long low, int scope) {
        return addressLow == low && scopePort == scope && addressHigh == high;
    }
}
