package dev.sekisho.dataplane.noise;

import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.foreign.MemorySegment;

/// Where a [Handshaker] puts its results, on its own thread and with no lock held.
public interface HandshakeSink {
    /// A message to send. Native memory; the bytes are valid during the call only.
    void send(Endpoint to, MemorySegment message, long offset, int lengthBytes);

    /// A handshake is complete. The receiver takes over `keypair`, which is already found under its index,
    /// and ends it one day (release its index, destroy it), also when the peer is gone by now. On the
    /// responder's side this comes before the response is sent, so that data which the response brings on
    /// finds the pair.
    void established(HandshakePeer peer, Keypair keypair, Endpoint from);

    /// A message was dropped, or an initiation could not be made.
    void dropped(HandshakeDrop reason);
}
