package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.foreign.MemorySegment;

/// Where an [Engine] puts what comes out of it, on the engine's own thread. Implementations never call back
/// into it.
public interface Egress {
    /// A train: datagrams of `segmentBytes` each (the last may be shorter) back to back, `totalBytes` in all,
    /// ready for one `UDP_SEGMENT` send. The bytes stay valid until the next [#flushNetwork] returns.
    void toNetwork(Endpoint to, MemorySegment memory, long offset, int totalBytes, int segmentBytes);

    /// All trains handed over so far must be on their way, or copied, when this returns.
    void flushNetwork();

    /// A frame for the TUN: virtio header and IP packet, which may be a merged super-packet. Consumed on
    /// return.
    void toTun(MemorySegment memory, long offset, int lengthBytes);

    /// A message of type 1, 2 or 3, of the right length but otherwise unchecked. Copied on return.
    void toHandshake(Endpoint from, MemorySegment memory, long offset, int lengthBytes);

    /// Somebody with a handshaker should send `peer` an initiation. May be dropped under load: the engine asks
    /// again.
    void initiate(Peer peer);

    /// Something happened that others may want to know.
    void event(EngineEvent event);
}
