package dev.sekisho.dataplane.noise;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Several handshake threads over the same peers, with a configuration that changes meanwhile.
class SharedPeersTest {
    private static final int PEERS = 8;
    private static final int ROUNDS = 150;

    private final Party bob = new Party("192.0.2.2:2222", 2);
    private final CookieChecker cookies = new CookieChecker(Entropy.system());
    private final RateLimiter limiter = new RateLimiter(Entropy.system());
    private final AtomicInteger established = new AtomicInteger();

    /// Gives back whatever it is given: the owner of key pairs that live for a moment.
    private final class Releaser implements HandshakeSink {
        @Override
        public void send(Endpoint to, MemorySegment message, long offset, int lengthBytes) {}

        @Override
        public void established(HandshakePeer peer, Keypair keypair, Endpoint from) {
            if (bob.indexes.keypair(keypair.localIndex()) != keypair) {
                throw new AssertionError("the index does not lead to the new key pair");
            }
            established.incrementAndGet();
            bob.indexes.release(keypair.localIndex());
            keypair.destroy();
        }

        @Override
        public void dropped(HandshakeDrop reason) {}
    }

    private List<byte[]> initiations(List<Party> clients) {
        List<byte[]> messages = new ArrayList<>();
        List<HandshakePeer> bobs = new ArrayList<>();
        clients.forEach(client -> bobs.add(client.meet(bob)));
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < PEERS; i++) {
                messages.add(clients.get(i).initiate(bobs.get(i)));
            }
        }
        return messages;
    }

    private Callable<Integer> receiver(List<byte[]> messages) {
        return () -> {
            var handshaker = new Handshaker(bob.peers, bob.indexes, cookies, limiter, Entropy.system());
            Releaser sink = new Releaser();
            long now = 0;
            for (byte[] message : messages) {
                now += Party.SECOND;
                handshaker.onMessage(
                        now, 0, bob.endpoint, MemorySegment.ofArray(message), 0, message.length, false, sink);
            }
            return 0;
        };
    }

    private static void run(List<Callable<Integer>> work) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newFixedThreadPool(work.size())) {
            for (Future<Integer> result : threads.invokeAll(work)) {
                assertThat(result.get()).isZero();
            }
        }
    }

    private List<Party> clients() {
        List<Party> clients = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            Party client = new Party("192.0.2.9:" + (1000 + i), 100 + i);
            clients.add(client);
        }
        return clients;
    }

    @Test
    void eachInitiationIsAnsweredAtMostOnceAndNoIndexLeaks() throws InterruptedException, ExecutionException {
        List<Party> clients = clients();
        clients.forEach(bob::meet);
        List<byte[]> messages = initiations(clients);
        Callable<Integer> initiator = () -> {
            var handshaker = new Handshaker(bob.peers, bob.indexes, cookies, limiter, Entropy.system());
            Releaser sink = new Releaser();
            for (int i = 0; i < ROUNDS; i++) {
                HandshakePeer peer =
                        requireNonNull(bob.peers.find(clients.get(i % PEERS).publicKey()));
                handshaker.initiate(i, i, peer, bob.endpoint, sink);
                handshaker.abandon(peer);
            }
            return 0;
        };
        run(List.of(receiver(messages), receiver(messages), receiver(messages), initiator));
        assertThat(established.get()).isBetween(1, messages.size());
        assertThat(bob.indexes.size()).isZero();
    }

    @Test
    void peersAndIdentityMayChangeMeanwhile() throws InterruptedException, ExecutionException {
        List<Party> clients = clients();
        List<byte[]> messages = initiations(clients);
        byte[] scalar = new byte[SecretKey.BYTES];
        bob.identity.privateKey().copyTo(scalar, 0);
        SecretKey key = SecretKey.copyOf(scalar, 0);
        Callable<Integer> configuration = () -> {
            SeededEntropy entropy = new SeededEntropy(3);
            for (int i = 0; i < ROUNDS; i++) {
                for (Party client : clients) {
                    HandshakePeer known = bob.peers.find(client.publicKey());
                    if (known == null) {
                        bob.meet(client);
                    } else if (i % 3 == 0) {
                        bob.peers.remove(known);
                    }
                }
                bob.peers.identity(i % 5 == 4 ? LocalIdentity.of(SecretKey.generate(entropy)) : LocalIdentity.of(key));
            }
            return 0;
        };
        run(List.of(receiver(messages), receiver(messages), configuration));
        assertThat(bob.indexes.size()).isZero();
    }
}
