package dev.sekisho.dataplane.peer;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.time.DeadlineQueue;
import dev.sekisho.dataplane.time.Jitter;
import java.nio.ByteBuffer;

/// Peers and key pairs for tests that need no handshake.
final class Peers {
    private Peers() {}

    static PeerHome home() {
        return new PeerHome(new IndexTable(16), new DeadlineQueue<>(), new StagingBudget(1 << 20), new Jitter(1, 0));
    }

    static Peer peer(PeerHome home, int number) {
        byte[] key = ByteBuffer.allocate(PublicKey.BYTES).putInt(number).array();
        return new Peer(PublicKey.of(key, 0), home);
    }

    static Keypair keypair(PeerHome home, Peer peer, boolean initiator) {
        int index = home.indexes().reserve(peer.handshake(), new CountingEntropy());
        SecretKey key = SecretKey.copyOf(new byte[SecretKey.BYTES], 0);
        Keypair keypair = new Keypair(
                peer.handshake(), initiator, index, 7, key, SecretKey.copyOf(new byte[SecretKey.BYTES], 0), 0, 0);
        home.indexes().publish(index, keypair);
        return keypair;
    }

    /// Never the same bytes twice.
    private static final class CountingEntropy implements dev.sekisho.crypto.Entropy {
        private static int next;

        @Override
        public void fill(byte[] target, int offset, int length) {
            for (int i = 0; i < length; i++) {
                target[offset + i] = (byte) ((++next * 0x9e3779b9) >>> 24);
            }
        }
    }
}
