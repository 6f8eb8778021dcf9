package dev.sekisho.dataplane.peer;

import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.Keypair;
import org.jspecify.annotations.Nullable;

/// The key pairs of a peer: the one in use, the one before it (packets may still be on their way), and one that
/// waits. Owner: the peer's engine thread.
///
/// The initiator of a handshake knows that the responder has the keys, so its new pair is `current` at once.
/// The responder knows that only when a packet under the new keys arrives: until then its pair is `next` and it
/// does not send with it. A pair that leaves is taken out of the [IndexTable] and wiped. Source: WireGuard
/// paper section 6.3; kernel `noise.c`.
public final class Keypairs {
    private final IndexTable indexes;
    private @Nullable Keypair previous;
    private @Nullable Keypair current;
    private @Nullable Keypair next;

    public Keypairs(IndexTable indexes) {
        this.indexes = indexes;
    }

    /// Takes over a new pair.
    public void install(Keypair keypair) {
        Keypair waiting = next;
        if (!keypair.isInitiator()) {
            end(previous);
            previous = null;
            end(waiting);
            next = keypair;
            return;
        }
        end(previous);
        if (waiting == null) {
            previous = current;
        } else {
            // The peer may have taken the unconfirmed pair into use, so it outlives the older one.
            end(current);
            previous = waiting;
            next = null;
        }
        current = keypair;
    }

    /// A packet under `keypair` was authentic. Returns true when that put a waiting pair into use.
    public boolean confirm(Keypair keypair) {
        if (keypair != next) {
            return false;
        }
        end(previous);
        previous = current;
        current = keypair;
        next = null;
        return true;
    }

    /// The pair to send with, or null.
    public @Nullable Keypair current() {
        return current;
    }

    /// The pair before the current one, or null.
    public @Nullable Keypair previous() {
        return previous;
    }

    /// The pair that waits for its first packet, or null.
    public @Nullable Keypair next() {
        return next;
    }

    /// Whether `keypair` is one of the three.
    public boolean holds(Keypair keypair) {
        return keypair == current || keypair == next || keypair == previous;
    }

    /// Ends a pair that is none of the three, or was never installed.
    public void discard(Keypair keypair) {
        end(keypair);
    }

    /// Ends all pairs.
    public void clear() {
        end(previous);
        end(current);
        end(next);
        previous = null;
        current = null;
        next = null;
    }

    private void end(@Nullable Keypair keypair) {
        if (keypair != null) {
            indexes.release(keypair.localIndex());
            keypair.destroy();
        }
    }
}
