package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// One end of a conversation: a handshaker with all that it needs, its own clock, and a record of what it did.
final class Party implements HandshakeSink {
    static final long SECOND = 1_000_000_000L;

    final Endpoint endpoint;
    final LocalIdentity identity;
    final SeededEntropy entropy;
    final IndexTable indexes;
    final HandshakePeers peers;
    final Handshaker handshaker;
    final List<byte[]> sent = new ArrayList<>();
    final List<Keypair> established = new ArrayList<>();
    final List<HandshakeDrop> drops = new ArrayList<>();
    /// Names of the sink's calls in their order.
    final List<String> calls = new ArrayList<>();

    /// Far from zero, as a monotonic clock may be.
    long nowNanos = -5 * SECOND;
    long wallNanos = 1_800_000_000L * SECOND;
    boolean underLoad;
    boolean refuses;

    Party(String address, long seed) {
        endpoint = Endpoint.parse(address);
        entropy = new SeededEntropy(seed);
        identity = LocalIdentity.of(SecretKey.generate(entropy));
        indexes = new IndexTable(8);
        peers = new HandshakePeers(indexes);
        peers.identity(identity);
        handshaker = new Handshaker(peers, indexes, new CookieChecker(entropy), new RateLimiter(entropy), entropy);
    }

    PublicKey publicKey() {
        return identity.publicKey();
    }

    /// Makes `other` a peer of this party.
    HandshakePeer meet(Party other) {
        HandshakePeer peer = new HandshakePeer(other.publicKey(), other);
        if (!peers.add(peer)) {
            throw new IllegalArgumentException("refused");
        }
        return peer;
    }

    void advance(long nanos) {
        nowNanos += nanos;
        wallNanos += nanos;
    }

    /// A new initiation.
    byte[] initiate(HandshakePeer peer) {
        advance(SECOND);
        handshaker.initiate(nowNanos, wallNanos, peer, endpoint, this);
        return sent.getLast();
    }

    /// Hands over a message that came from `from`.
    void receive(Party from, byte[] message) {
        receive(from.endpoint, message);
    }

    void receive(Endpoint from, byte[] message) {
        advance(SECOND);
        receiveNow(from, message);
    }

    /// The same without a second passing first.
    void receiveNow(Endpoint from, byte[] message) {
        handshaker.onMessage(
                nowNanos, wallNanos, from, MemorySegment.ofArray(message), 0, message.length, underLoad, this);
    }

    byte[] lastSent() {
        return sent.getLast();
    }

    HandshakeDrop lastDrop() {
        return drops.getLast();
    }

    Keypair lastKeypair() {
        return established.getLast();
    }

    @Override
    public void send(Endpoint to, MemorySegment message, long offset, int lengthBytes) {
        calls.add("send");
        sent.add(message.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public void established(HandshakePeer peer, Keypair keypair, Endpoint from) {
        calls.add("established");
        if (refuses) {
            throw new IllegalStateException("the sink refuses");
        }
        established.add(keypair);
    }

    @Override
    public void dropped(HandshakeDrop reason) {
        calls.add("dropped");
        drops.add(reason);
    }
}
