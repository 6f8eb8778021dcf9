package dev.sekisho.control.secret;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.SecretEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;

/// Keeps secrets: their values come out by [#reveal], which is recorded, and by [#open], for a proxy. Thread-safe.
public final class Secrets {
    /// How long a value that was shown may be kept on a screen.
    public static final Duration SHOWN = Duration.ofSeconds(60);

    /// The column that a rotation of the key must know.
    public static final SealedColumn COLUMN = SealedColumn.of("secret", "id", "sealed", SealedColumn.Loss.MARKED);

    private static final String LOST =
            "the value was lost with the installation's key: change the secret to give it" + " again";

    private final UnitOfWork work;
    private final Vault vault;
    private final InstantSource clock;
    private final SecretStore store = new JdbcSecretStore();

    public Secrets(UnitOfWork work, Vault vault, InstantSource clock) {
        this.work = work;
        this.vault = vault;
        this.clock = clock;
    }

    /// What is said of a secret besides its value.
    public record Description(String name, Secret.Kind kind, String text) {}

    /// A value that was asked for.
    public static final class Revealed {
        private final byte[] value;
        private final Instant expiresAt;

        Revealed(byte[] value, Instant expiresAt) {
            this.value = value;
            this.expiresAt = expiresAt;
        }

        /// The value; the caller wipes it.
        public byte[] value() {
            return value;
        }

        /// When it must be gone from the screen.
        public Instant expiresAt() {
            return expiresAt;
        }
    }

    /// How a change ended.
    public enum Outcome {
        /// It was made.
        DONE,
        /// There is no such secret.
        MISSING,
        /// Somebody else changed it in the meantime.
        STALE
    }

    /// Secrets by name.
    ///
    /// @param text part of name or description
    public Page<Secret> list(Optional<String> text, Optional<Secret.Kind> kind, Page.Request page) {
        return work.read(transaction -> store.list(transaction, text, kind, page));
    }

    /// One of them.
    public Optional<Secret> find(String id) {
        return work.read(transaction -> store.find(transaction, id));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// Keeps one.
    ///
    /// @param value the caller wipes it
    /// @throws dev.sekisho.control.store.StoreException of kind CONFLICT when the name is taken
    public Secret add(Actor actor, Description description, byte[] value) {
        Instant now = now();
        Secret secret = new Secret(
                Ids.next(now.toEpochMilli()),
                description.name(),
                description.kind(),
                description.text(),
                now,
                now,
                1,
                false);
        Sealed sealed = seal(secret.id(), value);
        return work.change(actor, transaction -> {
            store.add(transaction, secret, sealed);
            return Change.of(
                    secret, new SecretEvent.Created(secret.name(), secret.kind().name()));
        });
    }

    private Sealed seal(String id, byte[] value) {
        return new Sealed(vault.seal(COLUMN.scope(id), value));
    }

    /// Changes one.
    ///
    /// @param value empty = the value stays; the caller wipes it
    /// @param version that the caller has seen; empty = any
    public Outcome change(
            Actor actor, String id, Description description, Optional<byte[]> value, OptionalLong version) {
        Optional<Sealed> sealed = value.map(bytes -> seal(id, bytes));
        return work.change(actor, transaction -> {
            Optional<Secret> old = store.find(transaction, id);
            if (old.isEmpty()) {
                return Change.none(Outcome.MISSING);
            }
            if (version.isPresent() && version.getAsLong() != old.get().version()) {
                return Change.none(Outcome.STALE);
            }
            Secret changed = new Secret(
                    id,
                    description.name(),
                    description.kind(),
                    description.text(),
                    old.get().createdAt(),
                    now(),
                    old.get().version() + 1,
                    old.get().lost() && value.isEmpty());
            store.update(transaction, changed);
            sealed.ifPresent(bytes -> store.replace(transaction, id, bytes));
            return Change.of(Outcome.DONE, new SecretEvent.Changed(changed.name(), sealed.isPresent()));
        });
    }

    /// Removes one.
    public Outcome remove(Actor actor, String id) {
        return work.change(actor, transaction -> {
            Optional<Secret> old = store.find(transaction, id);
            if (old.isEmpty() || !store.remove(transaction, id)) {
                return Change.none(Outcome.MISSING);
            }
            return Change.of(Outcome.DONE, new SecretEvent.Deleted(old.get().name()));
        });
    }

    /// Shows a value to a person. That it was shown is on record before it is.
    ///
    /// @param reason why they want to see it
    /// @return empty when there is no such secret
    /// @throws Problem 409 when the value was lost
    public Optional<Revealed> reveal(Actor actor, String id, String reason) {
        Optional<Sealed> sealed = work.change(actor, transaction -> {
            Optional<Secret> secret = store.find(transaction, id);
            if (secret.filter(Secret::lost).isPresent()) {
                throw Problem.conflict(LOST);
            }
            return secret.isEmpty()
                    ? Change.none(Optional.<Sealed>empty())
                    : Change.of(
                            store.value(transaction, id),
                            new SecretEvent.Revealed(secret.get().name(), reason));
        });
        return sealed.map(value -> new Revealed(vault.open(COLUMN.scope(id), value.bytes()), now().plus(SHOWN)));
    }

    /// Opens a value for a proxy that logs in with it; nobody sees it.
    ///
    /// @return the caller wipes it; empty when there is no such secret
    public Optional<byte[]> open(Transaction transaction, String id) {
        return store.value(transaction, id).map(value -> vault.open(COLUMN.scope(id), value.bytes()));
    }
}
