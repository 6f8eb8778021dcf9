package dev.sekisho.control.secret;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.state.StateException;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// Seals what must not be read in the database: for every feature with secrets of its own. The layout of what comes out
/// stands in the package's door sign. Thread-safe.
public final class Vault {
    /// What sealing adds to a value.
    public static final int OVERHEAD_BYTES = 93 + AesGcm.TAG_BYTES;

    private static final System.Logger LOG = System.getLogger(Vault.class.getName());
    private static final byte FORMAT = 1;
    private static final int SALT_BYTES = 16;
    private static final int WRAPPED_BYTES = AesGcm.NONCE_BYTES + AesGcm.KEY_BYTES + AesGcm.TAG_BYTES;
    private static final byte[] WRAP = "sekisho wrap".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    /// How old what is known of the keys may be when something is sealed: so much less than [KeyRotation#GRACE] that it
    /// is written before the key is destroyed.
    static final Duration FRESH = KeyRotation.GRACE.dividedBy(2);

    private final UnitOfWork work;
    private final KeyStore store = new JdbcKeyStore();
    private final KeyFile file;
    private final InstantSource clock;
    private volatile Ring ring;
    private volatile Instant refreshed;
    private volatile Optional<String> concern = Optional.empty();

    /// All keys in use.
    ///
    /// @param installation wraps the others
    /// @param active the newest
    private record Ring(InstallationKey installation, int active, Map<Integer, SecretKey> byVersion) {
        SecretKey newest() {
            return java.util.Objects.requireNonNull(byVersion.get(active));
        }
    }

    /// What the database has, as of one moment.
    private record Kept(List<KeyStore.Wrapped> keys, Optional<KeyStore.Installed> installed) {}

    private Vault(UnitOfWork work, KeyFile file, InstallationKey installation, InstantSource clock) {
        this.work = work;
        this.file = file;
        this.clock = clock;
        this.ring = ring(installation, kept().keys());
        this.refreshed = clock.instant();
    }

    /// Opens the vault of a database; at the first start makes its keys.
    ///
    /// @param directory the state directory, with the installation's key
    /// @param environment may hold the installation's key at the first start, and on a machine that lost it
    /// @throws StateException when the installation's key is missing, damaged or not that of this database
    public static Vault open(UnitOfWork work, Path directory, Map<String, String> environment, InstantSource clock) {
        KeyStore store = new JdbcKeyStore();
        KeyFile file = new KeyFile(directory);
        KeyChoice choice = new KeyChoice(file, GivenKey.of(environment));
        Kept kept = work.read(transaction -> new Kept(store.keys(transaction), store.installed(transaction)));
        InstallationKey installation;
        if (kept.keys().isEmpty()) {
            installation = choice.first();
            file.keep(installation);
            work.housekeeping(transaction -> {
                if (store.keys(transaction).isEmpty()) {
                    store.add(transaction, newKey(installation, 1, clock));
                }
                return 0;
            });
        } else {
            installation = choice.of(kept.keys(), kept.installed());
        }
        Vault vault = new Vault(work, file, installation, clock);
        vault.settle();
        work.housekeeping(transaction -> {
            if (store.installed(transaction).isEmpty()) {
                store.install(
                        transaction,
                        new KeyStore.Installed(
                                installation.mark(), Optional.empty(), clock.instant(), Optional.empty()));
            }
            return 0;
        });
        return vault;
    }

    /// A key-encryption key, wrapped.
    static KeyStore.Wrapped newKey(InstallationKey installation, int version, InstantSource clock) {
        byte[] raw = AesGcm.random(AesGcm.KEY_BYTES);
        try {
            return new KeyStore.Wrapped(version, installation.wrap(raw), clock.instant());
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }

    private Kept kept() {
        return work.read(transaction -> new Kept(store.keys(transaction), store.installed(transaction)));
    }

    private static Ring ring(InstallationKey installation, List<KeyStore.Wrapped> kept) {
        if (kept.isEmpty()) {
            throw new StateException("the database has lost its keys: restore a backup");
        }
        Map<Integer, SecretKey> byVersion = new HashMap<>();
        for (KeyStore.Wrapped key : kept) {
            SecretKey opened = installation.unwrap(key.wrapped()).orElseThrow(Vault::otherKey);
            byVersion.put(key.version(), opened);
        }
        return new Ring(installation, kept.getLast().version(), Map.copyOf(byVersion));
    }

    private static StateException otherKey() {
        return new StateException("the installation's key in use is not the one that the database was sealed with:"
                + " another node made the database its own, or it was put back; start again");
    }

    /// Takes over what was done to the keys, also by another node. To be called every five seconds or so.
    ///
    /// @throws StateException when this node can't follow; [#concern] says so until it can
    public void refresh() {
        Kept kept = kept();
        InstallationKey now = ring.installation();
        try {
            ring = ring(now.opens(kept.keys()) ? now : successor(now, kept), kept.keys());
        } catch (StateException e) {
            concern = Optional.of(String.valueOf(e.getMessage()));
            throw e;
        }
        concern = Optional.empty();
        refreshed = clock.instant();
    }

    /// Why what is sealed can't be opened here, as far as is known since the last look; empty = it can.
    public Optional<String> concern() {
        return concern;
    }

    /// What is sealed with a key that another node has destroyed meanwhile is lost: who has not looked for long, since
    /// the database was out of reach or the process stood still, looks first.
    private Ring fresh() {
        Instant now = clock.instant();
        if (now.isBefore(refreshed) || !now.isBefore(refreshed.plus(FRESH))) {
            refresh();
        }
        return ring;
    }

    /// The installation's key was changed: here, which the files say, or on another node, which has handed it over.
    private InstallationKey successor(InstallationKey before, Kept kept) {
        return Stream.of(
                        file.kept(),
                        file.staged(),
                        kept.installed().flatMap(KeyStore.Installed::handOver).flatMap(before::takeOver))
                .flatMap(Optional::stream)
                .filter(key -> key.opens(kept.keys()))
                .findFirst()
                .orElse(before);
    }

    /// The installation's key.
    InstallationKey installation() {
        return ring.installation();
    }

    /// Brings the files in line with the installation's key in use.
    ///
    /// @return where a key of something else is that was in its place
    Optional<Path> settle() {
        Optional<Path> aside =
                file.settle(ring.installation(), kept().installed().flatMap(KeyStore.Installed::previous));
        aside.ifPresent(path -> LOG.log(
                Level.WARNING,
                "{0} held a key that is none of this database: it is kept in {1}, and the one in use is in its place",
                file.path(),
                path));
        return aside;
    }

    /// Where the installation's key is kept.
    KeyFile file() {
        return file;
    }

    /// Seals a value for one place.
    ///
    /// @param plain the caller wipes it
    /// @throws StateException when another node has changed the keys and this one can't follow
    public byte[] seal(Scope scope, byte[] plain) {
        Ring now = fresh();
        byte[] dataKey = AesGcm.random(AesGcm.KEY_BYTES);
        try {
            byte[] value = AesGcm.seal(new SecretKeySpec(dataKey, "AES"), scope.bound("value", 0), plain);
            return join(wrap(scope, now, dataKey), value);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    private static byte[] join(byte[] head, byte[] value) {
        byte[] sealed = Arrays.copyOf(head, head.length + value.length);
        System.arraycopy(value, 0, sealed, head.length, value.length);
        return sealed;
    }

    private static byte[] wrap(Scope scope, Ring keys, byte[] dataKey) {
        byte[] salt = AesGcm.random(SALT_BYTES);
        byte[] wrapped = AesGcm.seal(wrappingKey(keys.newest(), salt), scope.bound("key", keys.active()), dataKey);
        return ByteBuffer.allocate(1 + Integer.BYTES + SALT_BYTES + wrapped.length)
                .put(FORMAT)
                .putInt(keys.active())
                .put(salt)
                .put(wrapped)
                .array();
    }

    private static SecretKey wrappingKey(SecretKey key, byte[] salt) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(WRAP);
            byte[] derived = mac.doFinal(salt);
            SecretKey wrapping = new SecretKeySpec(derived, "AES");
            Arrays.fill(derived, (byte) 0);
            return wrapping;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    /// Opens a value.
    ///
    /// @return the caller wipes it
    /// @throws VaultException when it is damaged, belongs elsewhere, or its key is gone
    public byte[] open(Scope scope, byte[] sealed) {
        byte[] dataKey = dataKey(scope, sealed);
        try {
            byte[] value =
                    Arrays.copyOfRange(sealed, OVERHEAD_BYTES - AesGcm.TAG_BYTES - AesGcm.NONCE_BYTES, sealed.length);
            return AesGcm.open(new SecretKeySpec(dataKey, "AES"), scope.bound("value", 0), value);
        } catch (AEADBadTagException e) {
            throw foreign(scope, e);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    private byte[] dataKey(Scope scope, byte[] sealed) {
        if (sealed.length == 0) {
            throw new VaultException(place(scope) + " was lost with the installation's key: give it again", null);
        }
        if (sealed.length < OVERHEAD_BYTES || sealed[0] != FORMAT) {
            throw new VaultException(place(scope) + " is no sealed value of this format", null);
        }
        ByteBuffer in = ByteBuffer.wrap(sealed, 1, sealed.length - 1);
        int version = in.getInt();
        byte[] salt = new byte[SALT_BYTES];
        in.get(salt);
        byte[] wrapped = new byte[WRAPPED_BYTES];
        in.get(wrapped);
        try {
            return AesGcm.open(wrappingKey(key(version, scope), salt), scope.bound("key", version), wrapped);
        } catch (AEADBadTagException e) {
            throw foreign(scope, e);
        }
    }

    private SecretKey key(int version, Scope scope) {
        Optional<SecretKey> known = Optional.ofNullable(ring.byVersion().get(version));
        if (known.isEmpty()) {
            refresh();
        }
        return known.or(() -> Optional.ofNullable(ring.byVersion().get(version)))
                .orElseThrow(() -> new VaultException(place(scope) + " was sealed with a key that is gone", null));
    }

    private static VaultException foreign(Scope scope, AEADBadTagException cause) {
        return new VaultException(place(scope) + " was changed or belongs elsewhere", cause);
    }

    private static String place(Scope scope) {
        return "the sealed " + scope.table() + "." + scope.column() + " of row " + scope.row();
    }

    /// Whether it is sealed with the newest key.
    boolean isCurrent(Sealed sealed) {
        return isSealed(sealed) && version(sealed) == ring.active();
    }

    /// Whether the key that it is sealed with is gone: nobody can open it any more.
    boolean isLost(Sealed sealed) {
        if (!isSealed(sealed) || ring.byVersion().containsKey(version(sealed))) {
            return false;
        }
        refresh(); // it may be newer than what is known here
        return !ring.byVersion().containsKey(version(sealed));
    }

    private static boolean isSealed(Sealed sealed) {
        return sealed.bytes().length > 1 + Integer.BYTES;
    }

    private static int version(Sealed sealed) {
        return ByteBuffer.wrap(sealed.bytes(), 1, Integer.BYTES).getInt();
    }

    /// The same value under the newest key; the value itself is not opened.
    Sealed rewrap(Scope scope, Sealed sealed) {
        byte[] bytes = sealed.bytes();
        byte[] dataKey = dataKey(scope, bytes);
        try {
            byte[] value =
                    Arrays.copyOfRange(bytes, OVERHEAD_BYTES - AesGcm.TAG_BYTES - AesGcm.NONCE_BYTES, bytes.length);
            return new Sealed(join(wrap(scope, ring, dataKey), value));
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /// A key for the next version, not in use before it is in the database and [#refresh] was called.
    ///
    /// @param transaction in which it is added
    KeyStore.Wrapped nextKey(Transaction transaction) {
        Ring now = ring;
        requireCurrent(transaction, now.installation());
        return newKey(now.installation(), now.active() + 1, clock);
    }

    /// That the database's keys are wrapped by a certain key, now.
    ///
    /// @throws Problem 409 when another node was faster
    void requireCurrent(Transaction transaction, InstallationKey installation) {
        if (store.installed(transaction)
                .filter(installed -> installed.mark().equals(installation.mark()))
                .isEmpty()) {
            throw Problem.conflict("the installation's key was changed just now: try again");
        }
    }

    /// The version of the newest key.
    public int keyVersion() {
        return ring.active();
    }

    /// The installation's key, for a backup that is sealed with it.
    public SecretKey installationKey() {
        return ring.installation().key();
    }
}
