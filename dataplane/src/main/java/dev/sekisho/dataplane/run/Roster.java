package dev.sekisho.dataplane.run;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.engine.EngineCommand;
import dev.sekisho.dataplane.noise.HandshakePeers;
import dev.sekisho.dataplane.noise.LocalIdentity;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may talk over an interface: its own key and its peers, as they were configured last. Tells the workers and the
/// handshake threads of every change. Not thread-safe: the lock of its [DataPlane] guards it, but for [#home].
final class Roster {
    private final HandshakePeers handshakePeers;
    private final Worker[] workers;
    private final Runnable publish;
    private final PeerBook book = new PeerBook();
    private @Nullable SecretKey privateKey;
    private @Nullable LocalIdentity identity;
    private AllowedIps allowedIps = AllowedIps.EMPTY;

    /// @param workers filled in before the first change
    /// @param publish makes [#allowedIps] known to the workers
    Roster(HandshakePeers handshakePeers, Worker[] workers, Runnable publish) {
        this.handshakePeers = handshakePeers;
        this.workers = workers;
        this.publish = publish;
    }

    /// The worker that a peer belongs to. Any thread.
    Worker home(Peer peer) {
        return home(peer.publicKey());
    }

    private Worker home(PublicKey key) {
        return workers[Steering.homeOf(key, workers.length)];
    }

    /// Whose an inner address is.
    AllowedIps allowedIps() {
        return allowedIps;
    }

    /// A copy of the interface's own key.
    Optional<SecretKey> privateKey() {
        return Optional.ofNullable(privateKey).map(PeerBook::copy);
    }

    /// The public half of it.
    Optional<PublicKey> publicKey() {
        return Optional.ofNullable(identity).map(LocalIdentity::publicKey);
    }

    List<PeerStatus> peers() {
        return book.pages().stream().map(PeerBook.Page::status).toList();
    }

    List<PeerTraffic> traffic() {
        return book.pages().stream().map(PeerBook.Page::traffic).toList();
    }

    /// Refuses an update behind which there would be too many peers.
    ///
    /// @throws ConfigurationException when they would not fit
    void requireRoom(DeviceUpdate update) {
        Set<PublicKey> keys = new HashSet<>();
        if (!update.replacePeers()) {
            book.pages().forEach(page -> keys.add(page.peer().publicKey()));
        }
        for (PeerUpdate peer : update.peers()) {
            if (peer.remove()) {
                keys.remove(peer.publicKey());
            } else if (!peer.updateOnly()) {
                keys.add(peer.publicKey());
            }
        }
        if (keys.size() > Limits.MAX_PEERS) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.TOO_MANY, "at most " + Limits.MAX_PEERS + " peers fit");
        }
    }

    /// Gives the interface another key, or none when it is zero.
    void privateKey(SecretKey key) {
        SecretKey before = privateKey;
        if (before != null && before.constantTimeEquals(key)) {
            return;
        }
        privateKey = key.isZero() ? null : PeerBook.copy(key);
        LocalIdentity next = privateKey == null ? null : LocalIdentity.of(privateKey);
        identity = next;
        if (next != null) {
            PeerBook.Page self = book.find(next.publicKey());
            if (self != null) {
                remove(self);
            }
        }
        handshakePeers.identity(next);
        for (PeerBook.Page page : book.pages()) {
            command(page.peer(), new EngineCommand.ForgetKeys(page.peer()));
        }
        if (before != null) {
            before.close();
        }
    }

    /// Takes peers in, changes and removes them.
    void apply(DeviceUpdate update) {
        if (!update.replacePeers() && update.peers().isEmpty()) {
            return;
        }
        if (update.replacePeers()) {
            List.copyOf(book.pages()).forEach(this::remove);
        }
        List<PeerBook.Page> added = new ArrayList<>();
        update.peers().forEach(peer -> applyPeer(peer, added));
        allowedIps = book.allowedIps();
        publish.run();
        for (PeerBook.Page page : added) {
            // Last: whoever can shake hands is known to its worker, with its secret and its addresses.
            if (book.find(page.peer().publicKey()) == page) {
                handshakePeers.add(page.peer().handshake());
            }
        }
    }

    private void applyPeer(PeerUpdate update, List<PeerBook.Page> added) {
        PeerBook.Page page = book.find(update.publicKey());
        if (update.remove()) {
            if (page != null) {
                remove(page);
            }
            return;
        }
        if (page == null) {
            LocalIdentity self = identity;
            if (update.updateOnly() || (self != null && self.publicKey().equals(update.publicKey()))) {
                return; // nobody is a peer of itself
            }
            page = add(update);
            added.add(page);
        } else if (update.endpoint().isPresent()
                || update.persistentKeepaliveSeconds().isPresent()) {
            command(
                    page.peer(),
                    new EngineCommand.UpdatePeer(page.peer(), update.endpoint(), update.persistentKeepaliveSeconds()));
        }
        applyPage(page, update);
    }

    private PeerBook.Page add(PeerUpdate update) {
        Worker worker = home(update.publicKey());
        Peer peer = worker.engine().newPeer(update.publicKey());
        PeerBook.Page page = book.add(peer);
        command(
                peer,
                new EngineCommand.AddPeer(
                        peer,
                        update.endpoint(),
                        update.persistentKeepaliveSeconds().orElse(0)));
        return page;
    }

    private void applyPage(PeerBook.Page page, PeerUpdate update) {
        update.presharedKey().ifPresent(key -> {
            page.presharedKey(key);
            page.peer().handshake().presharedKey(key);
        });
        update.persistentKeepaliveSeconds().ifPresent(page::keepaliveSeconds);
        if (update.replaceAllowedIps()) {
            book.clearBlocks(page);
        }
        update.removeAllowedIps().forEach(block -> book.removeBlock(page, block));
        update.addAllowedIps().forEach(block -> book.addBlock(page, block));
    }

    private void remove(PeerBook.Page page) {
        book.remove(page);
        handshakePeers.remove(page.peer().handshake());
        command(page.peer(), new EngineCommand.RemovePeer(page.peer()));
    }

    private void command(Peer peer, EngineCommand command) {
        home(peer).post(worker -> worker.command(command));
    }

    /// Forgets everything and wipes the key; the workers have ended.
    void close() {
        for (PeerBook.Page page : List.copyOf(book.pages())) {
            book.remove(page);
            handshakePeers.remove(page.peer().handshake());
            page.peer().keypairs().clear();
        }
        if (privateKey != null) {
            privateKey.close();
        }
        handshakePeers.identity(null);
    }
}
