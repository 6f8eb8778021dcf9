package dev.sekisho.tun;

/// Losses of one UDP socket since it was opened. Immutable snapshot.
///
/// @param noBuffer trains dropped because the kernel had no room
/// @param unreachable trains the routing refused: no route, forbidden, destination reported unreachable
/// @param tooLarge trains above the path MTU or the size of a datagram
/// @param other trains refused for any other reason
/// @param truncated received messages longer than their slot, thrown away
/// @param sourceRetries trains sent again without their source address because it was no longer ours; not lost
/// @param segmentRetries trains sent again as single datagrams; not lost
public record UdpErrors(
        long noBuffer,
        long unreachable,
        long tooLarge,
        long other,
        long truncated,
        long sourceRetries,
        long segmentRetries) {
    /// Trains of which at least one datagram was not sent.
    public long refused() {
        return noBuffer + unreachable + tooLarge + other;
    }
}
