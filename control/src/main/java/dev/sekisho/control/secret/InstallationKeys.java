package dev.sekisho.control.secret;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.SecretEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Changes the installation's key while everything goes on. Thread-safe.
///
/// 1. The new key is written beside the old one.
/// 2. One transaction wraps the key-encryption keys by the new key, adds a new key-encryption key, and records it.
///    Before its commit the old key counts, after it the new one: a crash leaves both files, and the database says
///    which.
/// 3. The new key takes the place of the old one in `master.key`.
/// 4. [KeyRotation] moves all sealed values to the new key-encryption key and destroys the old one, so that who has
///    the old installation's key and an old database can open nothing that is sealed from now on.
///
/// Other nodes on the same database find the new key in it, wrapped by the old one, until step 4 is done (30 seconds
/// at least); on a database of one node it is never there.
public final class InstallationKeys {
    private static final System.Logger LOG = System.getLogger(InstallationKeys.class.getName());

    private final UnitOfWork work;
    private final Vault vault;
    private final Optional<GivenKey> given;
    private final InstantSource clock;
    private final KeyStore store = new JdbcKeyStore();

    /// Held while files and database may differ.
    private final ReentrantLock files = new ReentrantLock();

    /// @param environment of this process
    public InstallationKeys(UnitOfWork work, Vault vault, Map<String, String> environment, InstantSource clock) {
        this.work = work;
        this.vault = vault;
        this.given = GivenKey.of(environment);
        this.clock = clock;
    }

    /// A change that was made.
    ///
    /// @param previous mark of the key before
    /// @param mark of the key now
    /// @param next what is left to do for whoever changed it
    public record Changed(String previous, String mark, String next) {}

    /// Changes the key.
    ///
    /// @param text the new key, in base 64 or hexadecimal; empty = a new one is made
    /// @throws Problem 400 when it is no key, or the one in use, or the environment gives it and none was given;
    ///     409 while a rotation is under way
    public Changed change(Actor actor, Optional<String> text) {
        Optional<InstallationKey> own = text.map(InstallationKeys::parse);
        if (own.isEmpty() && given.isPresent()) {
            throw Problem.invalid(
                    "key",
                    "this server is started with " + given.get().variable()
                            + ": give the new key, as `openssl rand -base64 32` prints it, or start the server without"
                            + " the variable");
        }
        InstallationKey next = own.orElseGet(InstallationKey::random);
        files.lock();
        try {
            return change(actor, next);
        } finally {
            files.unlock();
        }
    }

    private Changed change(Actor actor, InstallationKey next) {
        vault.refresh();
        InstallationKey before = vault.installation();
        if (next.is(before)) {
            throw Problem.invalid("key", "this key is in use already: take another");
        }
        vault.file().stage(next);
        try {
            work.change(actor, transaction -> move(transaction, before, next));
        } finally {
            // Whether it was done or not: the database says. When it can't, #tick asks again.
            vault.refresh();
            vault.settle();
        }
        return new Changed(before.mark(), next.mark(), next());
    }

    private static InstallationKey parse(String text) {
        return InstallationKey.parse(text.strip())
                .orElseThrow(() -> Problem.invalid("key", "this is no key: " + GivenKey.FORM));
    }

    private Change<Boolean> move(Transaction transaction, InstallationKey before, InstallationKey next) {
        vault.requireCurrent(transaction, before);
        List<KeyStore.Wrapped> keys = store.keys(transaction);
        if (keys.size() != 1) {
            throw Problem.conflict("all secrets are just being moved to another key: wait until the audit log says"
                    + " secret.key-rotation-finished");
        }
        KeyStore.Wrapped only = keys.getFirst();
        store.rewrap(
                transaction,
                new KeyStore.Wrapped(only.version(), before.rewrap(only.wrapped(), next), only.createdAt()));
        KeyStore.Wrapped added = Vault.newKey(next, only.version() + 1, clock);
        store.add(transaction, added);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        store.install(
                transaction,
                new KeyStore.Installed(
                        next.mark(),
                        Optional.of(before.mark()),
                        now,
                        store.isShared(transaction) ? Optional.of(before.handOver(next)) : Optional.empty()));
        return new Change<>(
                true,
                List.of(
                        new SecretEvent.InstallationKeyChanged(before.mark(), next.mark()),
                        new SecretEvent.KeyRotationStarted(only.version(), added.version())));
    }

    private String next() {
        String copy = "keep a copy of " + vault.file().path() + " apart from your backups, and the old key as long as"
                + " you keep backups that are sealed with it";
        return given.map(GivenKey::variable)
                .map(variable -> "before the next start set " + variable + " to the new key, on every node, or remove"
                        + " it; " + copy)
                .orElse(copy);
    }

    /// Takes over what another node, or a change that was cut off, did to the key. To be called every few seconds.
    public void tick() {
        if (!files.tryLock()) {
            return; // a change is under way, which does it
        }
        try {
            vault.refresh();
            InstallationKey inUse = vault.installation();
            Optional<InstallationKey> kept = vault.file().kept();
            boolean isKept = kept.filter(inUse::is).isPresent();
            if (isKept && vault.file().staged().isEmpty()) {
                return;
            }
            boolean isForeign = vault.settle().isPresent();
            if (kept.isEmpty()) {
                LOG.log(
                        Level.WARNING,
                        "{0} was missing: the key in use is there again",
                        vault.file().path());
            } else if (!isKept && !isForeign) {
                tellOfTheChange();
            }
        } finally {
            files.unlock();
        }
    }

    private void tellOfTheChange() {
        LOG.log(
                Level.WARNING,
                "the installation''s key was changed on another node; it is in {0} now{1}",
                vault.file().path(),
                given.map(GivenKey::variable)
                        .map(name -> ": set " + name + " to the new key before the next start, or remove it")
                        .orElse(""));
    }
}
