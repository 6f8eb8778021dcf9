package dev.sekisho.control.push;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.ChallengeEvent;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.outbound.Outbound;
import dev.sekisho.control.outbox.Sealer;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.web.Json;
import dev.sekisho.control.web.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The browsers that take push messages, and the key that this server pushes with. Thread-safe.
public final class PushSubscriptions {
    /// Subscriptions of one user.
    public static final int MAX_PER_USER = 20;

    private static final int MAX_LABEL = 100;
    private static final String TABLE = "push_subscription";

    private final UnitOfWork work;
    private final PushStore store;
    private final Sealer sealer;
    private final InstantSource clock;
    private final PushStore.Seal seal = new PushStore.Seal() {
        @Override
        public byte[] seal(String id, PushSubscription.Keys keys) {
            byte[] plain = Json.bytes(keys);
            try {
                return sealer.seal(TABLE, id, "keys", plain);
            } finally {
                Arrays.fill(plain, (byte) 0);
            }
        }

        @Override
        public PushSubscription.Keys open(String id, byte[] sealed) {
            byte[] plain = sealer.open(TABLE, id, "keys", sealed);
            try {
                return Json.read(plain, PushSubscription.Keys.class);
            } finally {
                Arrays.fill(plain, (byte) 0);
            }
        }
    };

    /// Read once: it never changes.
    private volatile @Nullable Vapid vapid;

    public PushSubscriptions(UnitOfWork work, PushStore store, Sealer sealer, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.sealer = sealer;
        this.clock = clock;
    }

    /// The server's key, made when it is first asked for.
    Vapid vapid() {
        Vapid known = vapid;
        if (known != null) {
            return known;
        }
        Optional<byte[]> kept = work.read(store::keyPair);
        if (kept.isEmpty()) {
            byte[] bytes = Vapid.generate().bytes();
            byte[] sealed = sealer.seal("push_key", "1", "pair", bytes);
            Arrays.fill(bytes, (byte) 0);
            kept = work.housekeeping(transaction -> {
                store.putKeyPair(transaction, sealed);
                return store.keyPair(transaction);
            });
        }
        byte[] bytes = sealer.open("push_key", "1", "pair", kept.orElseThrow());
        try {
            Vapid made = Vapid.of(bytes);
            vapid = made;
            return made;
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// The server's public key as browsers want it.
    public String publicKey() {
        return vapid().publicKeyText();
    }

    /// A user's, the oldest first.
    public List<PushSubscription> of(String userId) {
        return work.read(transaction -> store.of(transaction, userId, seal));
    }

    Optional<PushSubscription> find(String id) {
        return work.read(transaction -> store.find(transaction, id, seal));
    }

    /// Takes a browser's subscription.
    ///
    /// @throws Problem 400 when its keys are none, 409 when the user has too many
    public PushSubscription add(Actor actor, String userId, String label, PushSubscription.Keys keys) {
        check(label, keys);
        PushSubscription subscription = new PushSubscription(
                Ids.next(clock.millis()), userId, label.strip(), keys, clock.instant(), Optional.empty());
        return work.change(actor, transaction -> {
            if (store.of(transaction, userId, seal).size() >= MAX_PER_USER) {
                throw Problem.conflict("you have " + MAX_PER_USER + " browsers already: remove one first");
            }
            store.put(transaction, subscription, hash(keys.endpoint()), seal);
            return Change.of(subscription, new ChallengeEvent.BrowserAdded(actor.name(), subscription.label()));
        });
    }

    private static void check(String label, PushSubscription.Keys keys) {
        if (label.isBlank() || label.length() > MAX_LABEL || label.chars().anyMatch(c -> c < ' ')) {
            throw Problem.invalid("label", "a label has 1 to " + MAX_LABEL + " printable characters");
        }
        try {
            if (!"https".equals(Outbound.checkUrl(keys.endpoint()).getScheme())) {
                throw new IllegalArgumentException("an endpoint starts with https://");
            }
            P256.publicKey(Base64.getUrlDecoder().decode(keys.p256dh()));
            if (Base64.getUrlDecoder().decode(keys.auth()).length != PushEncryption.AUTH_BYTES) {
                throw new IllegalArgumentException("auth has " + PushEncryption.AUTH_BYTES + " bytes");
            }
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("keys", "this is no push subscription of a browser: " + e.getMessage());
        }
    }

    private static byte[] hash(String endpoint) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(endpoint.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Removes a browser of a user.
    ///
    /// @throws Problem 404 when it is not theirs
    public void remove(Actor actor, String userId, String id) {
        work.change(actor, transaction -> {
            PushSubscription before = store.find(transaction, id, seal)
                    .filter(subscription -> subscription.userId().equals(userId))
                    .orElseThrow(() -> Problem.notFound("there is no such browser"));
            store.delete(transaction, id);
            return Change.of(before, new ChallengeEvent.BrowserRemoved(actor.name(), before.label()));
        });
    }

    /// Forgets one that the push service does not know any more.
    void gone(PushSubscription subscription) {
        work.change(Actor.SYSTEM, transaction -> {
            boolean was = store.delete(transaction, subscription.id());
            return was
                    ? Change.of(true, new ChallengeEvent.BrowserRemoved(subscription.userId(), subscription.label()))
                    : Change.none(false);
        });
    }

    void used(PushSubscription subscription) {
        work.housekeeping(transaction -> {
            store.used(transaction, subscription.id(), clock.instant());
            return subscription;
        });
    }
}
