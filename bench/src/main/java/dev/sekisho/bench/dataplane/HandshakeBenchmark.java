package dev.sekisho.bench.dataplane;

import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.CookieChecker;
import dev.sekisho.dataplane.noise.HandshakeDrop;
import dev.sekisho.dataplane.noise.HandshakePeer;
import dev.sekisho.dataplane.noise.HandshakePeers;
import dev.sekisho.dataplane.noise.HandshakeSink;
import dev.sekisho.dataplane.noise.Handshaker;
import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.noise.LocalIdentity;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.noise.RateLimiter;
import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Handshakes between two sides in one thread. A server does the responder's part only: about half of it.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HandshakeBenchmark {
    /// More than the pause that a responder asks for between two initiations of a peer.
    private static final long STEP_NANOS = 1_000_000_000L;

    private final SecretKey leftKey = SecretKey.generate(Entropy.system());
    private final SecretKey rightKey = SecretKey.generate(Entropy.system());
    private final Side left = new Side("192.0.2.1:1", leftKey);
    private final Side right = new Side("192.0.2.2:2", rightKey);
    private final HandshakePeer rightAtLeft = left.know(right.key);
    private long nowNanos;

    /// Introduces the right side to the left one.
    public HandshakeBenchmark() {
        right.know(left.key);
    }

    /// Initiation made, consumed, response made, consumed.
    @Benchmark
    public int both() {
        nowNanos += STEP_NANOS;
        left.handshaker.initiate(nowNanos, nowNanos, rightAtLeft, right.address, left);
        right.handshaker.onMessage(nowNanos, nowNanos, left.address, left.sent, 0, left.sentBytes, false, right);
        left.handshaker.onMessage(nowNanos, nowNanos, right.address, right.sent, 0, right.sentBytes, false, left);
        return left.sessions;
    }

    /// An initiation that nobody reads: the initiator's first half.
    @Benchmark
    public int initiation() {
        nowNanos += STEP_NANOS;
        left.handshaker.initiate(nowNanos, nowNanos, rightAtLeft, right.address, left);
        return left.sentBytes;
    }

    private static final class Side implements HandshakeSink {
        private final IndexTable indexes = new IndexTable(16);
        private final HandshakePeers peers = new HandshakePeers(indexes);
        private final MemorySegment sent = Arena.ofAuto().allocate(256);
        private final Endpoint address;
        private final PublicKey key;
        private final Handshaker handshaker;
        private int sentBytes;
        private int sessions;

        Side(String address, SecretKey privateKey) {
            this.address = Endpoint.parse(address);
            LocalIdentity identity = LocalIdentity.of(privateKey);
            this.key = identity.publicKey();
            peers.identity(identity);
            Entropy entropy = Entropy.system();
            this.handshaker =
                    new Handshaker(peers, indexes, new CookieChecker(entropy), new RateLimiter(entropy), entropy);
        }

        HandshakePeer know(PublicKey other) {
            HandshakePeer peer = new HandshakePeer(other, this);
            if (!peers.add(peer)) {
                throw new IllegalStateException("known already");
            }
            return peer;
        }

        @Override
        public void send(Endpoint to, MemorySegment message, long offset, int lengthBytes) {
            MemorySegment.copy(message, offset, sent, 0, lengthBytes);
            sentBytes = lengthBytes;
        }

        @Override
        public void established(HandshakePeer peer, Keypair keypair, Endpoint from) {
            sessions++;
            indexes.release(keypair.localIndex());
            keypair.destroy();
        }

        @Override
        public void dropped(HandshakeDrop reason) {
            throw new IllegalStateException("dropped: " + reason);
        }
    }
}
