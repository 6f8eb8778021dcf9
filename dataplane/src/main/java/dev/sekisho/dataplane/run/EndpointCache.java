package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.tun.ReceiveBatch;
import org.jspecify.annotations.Nullable;

/// Turns the raw addresses of received messages into [Endpoint]s, without allocating for senders seen lately.
///
/// A direct-mapped table: two senders with the same slot take turns, which costs an allocation each. Owner: one worker.
final class EndpointCache {
    private static final int SLOTS = 1 << 12;

    private final @Nullable Endpoint[] endpoints = new @Nullable Endpoint[SLOTS];

    /// The sender of message `slot`, with the address it was sent to as sticky source.
    Endpoint sender(ReceiveBatch batch, int slot) {
        long high = batch.addressHigh(slot);
        long low = batch.addressLow(slot);
        int port = batch.port(slot);
        long mixed = (high * 31 + low) * 0x9e37_79b9_7f4a_7c15L + port * 0xc2b2_ae3d_27d4_eb4fL;
        int place = (int) (mixed >>> 40) & (SLOTS - 1);
        Endpoint known = endpoints[place];
        if (known != null
                && known.addressLow() == low
                && known.addressHigh() == high
                && known.port() == port
                && known.scopeId() == batch.scopeId(slot)
                && known.sourceLow() == batch.localLow(slot)
                && known.sourceHigh() == batch.localHigh(slot)
                && known.sourceInterface() == batch.interfaceIndex(slot)) {
            return known;
        }
        Endpoint fresh = Endpoint.of(
                high,
                low,
                port,
                batch.scopeId(slot),
                batch.localHigh(slot),
                batch.localLow(slot),
                batch.interfaceIndex(slot));
        endpoints[place] = fresh;
        return fresh;
    }
}
