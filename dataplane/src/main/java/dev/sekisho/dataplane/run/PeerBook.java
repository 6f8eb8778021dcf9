package dev.sekisho.dataplane.run;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.peer.AllowedIp;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is configured about the peers: the master copy, from which the workers get commands and snapshots.
///
/// Not thread-safe: belongs to whoever holds the lock of its [DataPlane].
final class PeerBook {
    /// One peer's page.
    static final class Page {
        private final Peer peer;
        private final Set<Cidr> blocks = new LinkedHashSet<>(2);
        private @Nullable SecretKey presharedKey;
        private int keepaliveSeconds;

        private Page(Peer peer) {
            this.peer = peer;
        }

        Peer peer() {
            return peer;
        }

        int keepaliveSeconds() {
            return keepaliveSeconds;
        }

        void keepaliveSeconds(int seconds) {
            keepaliveSeconds = seconds;
        }

        /// Keeps a copy; an all-zero key means none.
        void presharedKey(SecretKey key) {
            if (presharedKey != null) {
                presharedKey.close();
            }
            presharedKey = key.isZero() ? null : copy(key);
        }

        PeerTraffic traffic() {
            return new PeerTraffic(
                    peer.publicKey(),
                    Optional.ofNullable(peer.endpoint()),
                    peer.lastHandshakeEpochNanos(),
                    peer.receivedBytes(),
                    peer.sentBytes());
        }

        PeerStatus status() {
            return new PeerStatus(
                    peer.publicKey(),
                    Optional.ofNullable(presharedKey).map(PeerBook::copy),
                    Optional.ofNullable(peer.endpoint()),
                    peer.lastHandshakeEpochNanos(),
                    peer.receivedBytes(),
                    peer.sentBytes(),
                    keepaliveSeconds,
                    List.copyOf(blocks));
        }
    }

    private final Map<PublicKey, Page> pages = new LinkedHashMap<>();
    private final Map<Cidr, Page> owners = new HashMap<>();

    @Nullable
    Page find(PublicKey publicKey) {
        return pages.get(publicKey);
    }

    Collection<Page> pages() {
        return pages.values();
    }

    /// Opens a page for a new peer.
    Page add(Peer peer) {
        Page page = new Page(peer);
        pages.put(peer.publicKey(), page);
        return page;
    }

    /// Takes a peer out, with its blocks and its secret.
    void remove(Page page) {
        pages.remove(page.peer.publicKey());
        clearBlocks(page);
        page.presharedKey(emptyKey());
    }

    /// Gives a block to a peer, taking it from the one that had it.
    void addBlock(Page page, Cidr block) {
        Page before = owners.put(block, page);
        if (before != null && before != page) {
            before.blocks.remove(block);
        }
        page.blocks.add(block);
    }

    /// Takes a block from a peer, where it has it.
    void removeBlock(Page page, Cidr block) {
        if (page.blocks.remove(block)) {
            owners.remove(block);
        }
    }

    void clearBlocks(Page page) {
        page.blocks.forEach(owners::remove);
        page.blocks.clear();
    }

    /// The look-up table of all blocks.
    AllowedIps allowedIps() {
        List<AllowedIp> entries = new ArrayList<>(owners.size());
        owners.forEach((block, page) -> entries.add(new AllowedIp(block, page.peer)));
        return AllowedIps.of(entries);
    }

    static SecretKey copy(SecretKey key) {
        byte[] bytes = new byte[SecretKey.BYTES];
        key.copyTo(bytes, 0);
        SecretKey copy = SecretKey.copyOf(bytes, 0);
        Wipe.bytes(bytes);
        return copy;
    }

    private static SecretKey emptyKey() {
        return SecretKey.copyOf(new byte[SecretKey.BYTES], 0);
    }
}
