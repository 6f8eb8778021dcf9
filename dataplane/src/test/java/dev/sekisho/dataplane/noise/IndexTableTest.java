package dev.sekisho.dataplane.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class IndexTableTest {
    private final SplittableRandom random = Seeds.random();

    private static HandshakePeer peer(int number) {
        byte[] key = new byte[32];
        key[0] = (byte) number;
        key[1] = (byte) (number >>> 8);
        return new HandshakePeer(PublicKey.of(key, 0), number);
    }

    private static Keypair keypair(HandshakePeer peer, int index) {
        SecretKey key = SecretKey.copyOf(new byte[32], 0);
        return new Keypair(peer, true, index, 1, key, key, 0, 0);
    }

    @Test
    void aReservationBecomesAKeyPairAndGoes() {
        IndexTable table = new IndexTable(4);
        HandshakePeer peer = peer(1);
        int index = table.reserve(peer, new SeededEntropy(1));
        assertThat(index).isNotEqualTo(IndexTable.NONE);
        assertThat(table.reservedBy(index)).isSameAs(peer);
        assertThat(table.keypair(index)).isNull();
        Keypair keypair = keypair(peer, index);
        assertThat(table.publish(index, keypair)).isTrue();
        assertThat(table.keypair(index)).isSameAs(keypair);
        assertThat(table.reservedBy(index)).isNull();
        assertThat(table.peer(index)).isSameAs(peer);
        assertThat(table.publish(index, keypair)).as("twice").isFalse();
        assertThat(table.release(index)).isTrue();
        assertThat(table.release(index)).isFalse();
        assertThat(table.keypair(index)).isNull();
        assertThat(table.size()).isZero();
    }

    @Test
    void refusesAKeyPairThatDoesNotFitTheReservation() {
        IndexTable table = new IndexTable(4);
        int index = table.reserve(peer(1), new SeededEntropy(1));
        assertThat(table.publish(index, keypair(peer(2), index))).isFalse();
        assertThatThrownBy(() -> table.publish(index, keypair(peer(1), index + 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(table.release(index)).isTrue();
        assertThat(table.publish(index, keypair(peer(1), index))).isFalse();
    }

    @Test
    void aReservationTakesAKeyPairUnderItsWholeIndexOnly() {
        IndexTable table = new IndexTable(4);
        HandshakePeer peer = peer(1);
        int index = table.reserve(peer, new SeededEntropy(1));
        int sameSlot = index ^ (1 << 31);
        assertThat(table.publish(sameSlot, keypair(peer, sameSlot))).isFalse();
        assertThat(table.reservedBy(index)).isSameAs(peer);
    }

    @Test
    void theSameSlotUnderAnotherIndexIsNotFound() {
        IndexTable table = new IndexTable(4);
        HandshakePeer peer = peer(1);
        int index = table.reserve(peer, new SeededEntropy(1));
        table.publish(index, keypair(peer, index));
        for (int bit = 10; bit < 32; bit++) {
            assertThat(table.keypair(index ^ (1 << bit))).isNull();
            assertThat(table.release(index ^ (1 << bit))).isFalse();
        }
    }

    @Test
    void neverHandsOutZero() {
        IndexTable table = new IndexTable(4);
        Entropy zeros = (target, offset, length) -> {
            for (int i = 0; i < length; i++) {
                target[offset + i] = 0;
            }
        };
        assertThat(table.reserve(peer(1), zeros)).isEqualTo(IndexTable.NONE);
        assertThat(table.size()).isZero();
    }

    @Test
    void refusesSizesOutOfRange() {
        assertThatThrownBy(() -> new IndexTable(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new IndexTable(IndexTable.LARGEST_PEERS + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void holdsFourIndicesOfEveryPeer() {
        int peers = 3000;
        IndexTable table = new IndexTable(peers);
        SeededEntropy entropy = new SeededEntropy(random.nextLong());
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < 4 * peers; i++) {
            int index = table.reserve(peer(i / 4), entropy);
            assertThat(index).isNotEqualTo(IndexTable.NONE);
            indexes.add(index);
        }
        assertThat(indexes).doesNotHaveDuplicates();
        for (int i = 0; i < indexes.size(); i++) {
            assertThat(table.peer(indexes.get(i)))
                    .extracting(HandshakePeer::owner)
                    .isEqualTo(i / 4);
        }
    }

    @Test
    void agreesWithAMapOnRandomOperations() {
        IndexTable table = new IndexTable(500);
        SeededEntropy entropy = new SeededEntropy(random.nextLong());
        Map<Integer, Object> oracle = new HashMap<>();
        List<Integer> known = new ArrayList<>(List.of(12345));
        for (int i = 0; i < 50_000; i++) {
            int index = known.get(random.nextInt(known.size()));
            switch (random.nextInt(4)) {
                case 0 -> {
                    HandshakePeer peer = peer(i);
                    int reserved = table.reserve(peer, entropy);
                    if (reserved != IndexTable.NONE) {
                        assertThat(oracle.put(reserved, peer)).isNull();
                        known.add(reserved);
                    }
                }
                case 1 -> assertThat(table.release(index)).isEqualTo(oracle.remove(index) != null);
                default -> {
                    HandshakePeer peer = oracle.get(index) instanceof HandshakePeer reserver ? reserver : peer(i);
                    Keypair keypair = keypair(peer, index);
                    boolean expected = oracle.get(index) instanceof HandshakePeer;
                    assertThat(table.publish(index, keypair)).isEqualTo(expected);
                    if (expected) {
                        oracle.put(index, keypair);
                    }
                }
            }
            Object held = oracle.get(index);
            assertThat(table.keypair(index)).isSameAs(held instanceof Keypair ? held : null);
            assertThat(table.reservedBy(index)).isSameAs(held instanceof HandshakePeer ? held : null);
            assertThat(table.size()).isEqualTo(oracle.size());
        }
    }

    @Test
    void threadsNeverShareAnIndex() throws InterruptedException, ExecutionException {
        IndexTable table = new IndexTable(4000);
        Callable<Integer> work = () -> {
            SeededEntropy entropy = new SeededEntropy(Thread.currentThread().threadId());
            HandshakePeer me = peer(1);
            List<Keypair> mine = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                int index = table.reserve(me, entropy);
                Keypair keypair = keypair(me, index);
                if (index == IndexTable.NONE || !table.publish(index, keypair)) {
                    throw new AssertionError("step " + i);
                }
                mine.add(keypair);
                for (Keypair own : mine) {
                    if (table.keypair(own.localIndex()) != own) {
                        throw new AssertionError("lost or shared at step " + i);
                    }
                }
                if (mine.size() == 40) {
                    mine.forEach(own -> table.release(own.localIndex()));
                    mine.clear();
                }
            }
            mine.forEach(own -> table.release(own.localIndex()));
            return 0;
        };
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> results = threads.invokeAll(List.of(work, work, work, work));
            for (Future<Integer> result : results) {
                assertThat(result.get()).isZero();
            }
        }
        assertThat(table.size()).isZero();
    }
}
