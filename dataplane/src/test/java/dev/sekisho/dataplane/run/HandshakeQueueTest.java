package dev.sekisho.dataplane.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.engine.EngineOptions;
import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.LocalIdentity;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.tun.memory.MemoryNetwork;
import dev.sekisho.tun.memory.MemoryPlatform;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class HandshakeQueueTest {
    private static final Endpoint STRANGER = Endpoint.parse("192.0.2.9:9");
    private static final MemorySegment JUNK = MemorySegment.ofArray(new byte[148]);

    private final HandshakeQueue queue = new HandshakeQueue();
    private final Worker worker = worker();

    @Test
    void ourOwnInitiationPassesAFlood() throws Exception {
        Peer peer = worker.engine()
                .newPeer(LocalIdentity.of(SecretKey.generate(Entropy.system())).publicKey());
        for (int i = 0; i < 10_000; i++) {
            queue.received(worker, STRANGER, JUNK, 0, 148);
        }
        assertThat(queue.droppedCount()).isPositive();
        long lost = queue.droppedCount();
        queue.initiate(worker, peer);
        assertThat(queue.droppedCount()).isEqualTo(lost);
        assertThat(queue.take()).isEqualTo(new HandshakeQueue.Job.Initiate(worker, peer));
    }

    @Test
    void loadIsFeltUntilASecondAfterItIsGone() throws Exception {
        assertThat(queue.isUnderLoad(0)).isFalse();
        for (int i = 0; i < 256; i++) {
            queue.received(worker, STRANGER, JUNK, 0, 148);
        }
        assertThat(queue.isUnderLoad(5)).isTrue();
        for (int i = 0; i < 256; i++) {
            queue.take();
        }
        assertThat(queue.isUnderLoad(1_000_000_004L)).isTrue();
        assertThat(queue.isUnderLoad(1_000_000_005L)).isFalse();
    }

    private Worker worker() {
        MemoryPlatform platform = new MemoryNetwork(1).node(InetAddress.getLoopbackAddress());
        IndexTable indexes = new IndexTable(1);
        return new Worker(
                0,
                new EngineOptions(indexes, ChaCha20Poly1305.create(), Arena.ofAuto(), true, true, 1),
                platform.openTun("skq0", 1, 1420).queue(0),
                platform.openPoller(),
                queue,
                NanoClock.system(),
                new Steering(1, indexes, Arena.ofAuto()),
                null);
    }
}
