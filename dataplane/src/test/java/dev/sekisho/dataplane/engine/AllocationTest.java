package dev.sekisho.dataplane.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.crypto.CryptoWarmup;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.peer.AllowedIp;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.sim.InnerPackets;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pins the promise: no byte of garbage per packet, in either direction.
@Tag("allocation")
class AllocationTest {
    private static final int ROUND = 20_000;
    private static final int BATCH = 32;

    /// The steady state begins when the JIT is done, which takes as long as it takes: rounds are repeated until one is
    /// clean. Garbage of our own making would be in all of them.
    private static final int ROUNDS = 300;

    /// Far below one object in a hundred packets.
    private static final double BYTES_PER_PACKET = 0.1;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// As in production: a vector kernel that is first met in the middle of a packet may be compiled badly, and boxes.
    @BeforeAll
    static void warmUp() {
        CryptoWarmup.run();
    }

    @Test
    void smallPacketsAllocateNothing() {
        assertThat(bytesPerPacket(InnerPackets.udp("10.0.0.1", "10.0.0.2", 1, 64)))
                .isLessThan(BYTES_PER_PACKET);
    }

    @Test
    void largeIpv6PacketsAllocateNothing() {
        assertThat(bytesPerPacket(InnerPackets.udp("fd00::1", "fd00::2", 1, 1372)))
                .isLessThan(BYTES_PER_PACKET);
    }

    @Test
    void dropsAllocateNothing() {
        End end = new End("192.0.2.1:1");
        MemorySegment junk = Arena.ofAuto().allocate(256);
        Endpoint from = Endpoint.parse("192.0.2.9:9");
        byte[] nobody = InnerPackets.udp("10.0.0.1", "172.16.9.9", 1, 64);
        int bytes = InnerPackets.writeFrame(end.frame, 0, nobody);
        assertThat(best(2 * ROUND, round -> {
                    for (int i = 0; i < ROUND; i++) {
                        long now = (round * ROUND + i) * 10_000L;
                        end.engine.onDatagrams(now, from, junk, 0, 100, 100);
                        end.engine.onTunFrame(now, end.frame, 0, bytes);
                        end.engine.flush(now);
                    }
                }))
                .isLessThan(BYTES_PER_PACKET);
    }

    /// Bytes per packet in the best round.
    private double best(int packets, IntConsumer round) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS && best >= BYTES_PER_PACKET; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            round.accept(i);
            best = Math.min(best, (threads.getCurrentThreadAllocatedBytes() - before) / (double) packets);
        }
        return best;
    }

    private double bytesPerPacket(byte[] packet) {
        End left = new End("192.0.2.1:1");
        End right = new End("192.0.2.2:2");
        left.other = right;
        right.other = left;
        Peer rightAtLeft = left.peer(right.address, "10.0.0.2/32", "fd00::2/128");
        Peer leftAtRight = right.peer(left.address, "10.0.0.1/32", "fd00::1/128");
        connect(left, rightAtLeft, right, leftAtRight);
        // A plain packet stays as it is: nothing to write anew in the loop.
        int bytes = InnerPackets.writeFrame(left.frame, 0, packet);
        double best = best(ROUND, round -> {
            for (int i = 0; i < ROUND / BATCH; i++) {
                // Half a millisecond a round: the key stays young.
                long now = (round * (ROUND / BATCH) + i) * 800L;
                for (int k = 0; k < BATCH; k++) {
                    left.engine.onTunFrame(now, left.frame, 0, bytes);
                }
                left.engine.flush(now);
                right.engine.flush(now);
                left.engine.onTimeout(now);
                right.engine.onTimeout(now);
            }
        });
        assertThat(right.packets).isGreaterThanOrEqualTo(ROUND);
        assertThat(left.engine.drops().total() + right.engine.drops().total()).isZero();
        return best;
    }

    private static void connect(End left, Peer rightAtLeft, End right, Peer leftAtRight) {
        int here = left.indexes.reserve(rightAtLeft.handshake(), Entropy.system());
        int there = right.indexes.reserve(leftAtRight.handshake(), Entropy.system());
        var initiator = new Keypair(rightAtLeft.handshake(), true, here, there, key(1), key(2), 0, 0);
        var responder = new Keypair(leftAtRight.handshake(), false, there, here, key(2), key(1), 0, 0);
        left.indexes.publish(here, initiator);
        right.indexes.publish(there, responder);
        right.engine.onCommand(0, new EngineCommand.SessionEstablished(leftAtRight, responder, left.address));
        left.engine.onCommand(0, new EngineCommand.SessionEstablished(rightAtLeft, initiator, right.address));
        left.engine.flush(0);
    }

    private static SecretKey key(int first) {
        byte[] bytes = new byte[SecretKey.BYTES];
        bytes[0] = (byte) first;
        return SecretKey.copyOf(bytes, 0);
    }

    /// Hands trains to the other end in the call itself.
    private static final class End implements Egress {
        private final IndexTable indexes = new IndexTable(8);
        private final Endpoint address;
        private final MemorySegment frame = Arena.ofAuto().allocate(4096);
        private final Engine engine;
        private End other = this;
        private long packets;

        End(String address) {
            this.address = Endpoint.parse(address);
            this.engine = new Engine(
                    new EngineOptions(indexes, ChaCha20Poly1305.create(), Arena.ofAuto(), true, false, 1), this);
        }

        Peer peer(Endpoint endpoint, String v4, String v6) {
            Peer peer = engine.newPeer(PublicKey.of(new byte[32], 0));
            engine.config(new EngineConfig(
                    AllowedIps.of(List.of(new AllowedIp(Cidr.parse(v4), peer), new AllowedIp(Cidr.parse(v6), peer))),
                    1420));
            engine.onCommand(0, new EngineCommand.AddPeer(peer, Optional.of(endpoint), 0));
            return peer;
        }

        @Override
        public void toNetwork(Endpoint to, MemorySegment memory, long offset, int totalBytes, int segmentBytes) {
            other.engine.onDatagrams(0, address, memory, offset, totalBytes, segmentBytes);
        }

        @Override
        public void flushNetwork() {}

        @Override
        public void toTun(MemorySegment memory, long offset, int lengthBytes) {
            packets++;
        }

        @Override
        public void toHandshake(Endpoint from, MemorySegment memory, long offset, int lengthBytes) {}

        @Override
        public void initiate(Peer peer) {}

        @Override
        public void event(EngineEvent event) {}
    }
}
