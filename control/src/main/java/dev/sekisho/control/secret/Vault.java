package dev.sekisho.control.secret;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.state.StateException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// Seals what must not be read in the database: for every feature with secrets of its own. The layout of what comes out
/// stands in the package's door sign. Thread-safe.
public final class Vault {
    /// What sealing adds to a value.
    public static final int OVERHEAD_BYTES = 93 + AesGcm.TAG_BYTES;

    private static final byte FORMAT = 1;
    private static final int SALT_BYTES = 16;
    private static final int WRAPPED_BYTES = AesGcm.NONCE_BYTES + AesGcm.KEY_BYTES + AesGcm.TAG_BYTES;
    private static final byte[] WRAP = "sekisho wrap".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final UnitOfWork work;
    private final KeyStore store = new JdbcKeyStore();
    private final InstallationKey installation;
    private final InstantSource clock;
    private volatile Keys keys;

    /// @param active the newest
    private record Keys(int active, Map<Integer, SecretKey> byVersion) {
        SecretKey newest() {
            return java.util.Objects.requireNonNull(byVersion.get(active));
        }
    }

    private Vault(UnitOfWork work, InstallationKey installation, InstantSource clock) {
        this.work = work;
        this.installation = installation;
        this.clock = clock;
        this.keys = load();
    }

    /// Opens the vault of a database; at the first start makes its keys.
    ///
    /// @param directory the state directory, with the installation's key
    /// @param environment may hold the installation's key at the first start
    /// @throws StateException when the installation's key is missing, damaged or not that of this database
    public static Vault open(UnitOfWork work, Path directory, Map<String, String> environment, InstantSource clock) {
        KeyStore store = new JdbcKeyStore();
        boolean first = work.read(transaction -> store.keys(transaction).isEmpty());
        InstallationKey installation = InstallationKey.open(directory, environment, first);
        if (first) {
            work.housekeeping(transaction -> {
                if (store.keys(transaction).isEmpty()) {
                    store.add(transaction, newKey(installation, 1, clock));
                }
                return 0;
            });
        }
        Vault vault = new Vault(work, installation, clock);
        installation.keep();
        return vault;
    }

    private static KeyStore.Wrapped newKey(InstallationKey installation, int version, InstantSource clock) {
        byte[] raw = AesGcm.random(AesGcm.KEY_BYTES);
        try {
            return new KeyStore.Wrapped(version, new Sealed(installation.wrap(raw)), clock.instant());
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }

    private Keys load() {
        List<KeyStore.Wrapped> kept = work.read(store::keys);
        if (kept.isEmpty()) {
            throw new StateException("the database has lost its keys: restore a backup");
        }
        Map<Integer, SecretKey> byVersion = new HashMap<>();
        for (KeyStore.Wrapped key : kept) {
            byVersion.put(key.version(), installation.unwrap(key.wrapped().bytes()));
        }
        return new Keys(kept.getLast().version(), Map.copyOf(byVersion));
    }

    /// Takes over what another node did to the keys. To be called every five seconds or so.
    public void refresh() {
        keys = load();
    }

    /// Seals a value for one place.
    ///
    /// @param plain the caller wipes it
    public byte[] seal(Scope scope, byte[] plain) {
        Keys now = keys;
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

    private static byte[] wrap(Scope scope, Keys keys, byte[] dataKey) {
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
        Optional<SecretKey> known = Optional.ofNullable(keys.byVersion().get(version));
        if (known.isEmpty()) {
            refresh();
        }
        return known.or(() -> Optional.ofNullable(keys.byVersion().get(version)))
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
        byte[] bytes = sealed.bytes();
        return bytes.length > 1 + Integer.BYTES
                && ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt() == keys.active();
    }

    /// The same value under the newest key; the value itself is not opened.
    Sealed rewrap(Scope scope, Sealed sealed) {
        byte[] bytes = sealed.bytes();
        byte[] dataKey = dataKey(scope, bytes);
        try {
            byte[] value =
                    Arrays.copyOfRange(bytes, OVERHEAD_BYTES - AesGcm.TAG_BYTES - AesGcm.NONCE_BYTES, bytes.length);
            return new Sealed(join(wrap(scope, keys, dataKey), value));
        } finally {
            Arrays.fill(dataKey, (byte) 0);
        }
    }

    /// A key for the next version, not in use before it is in the database and [#refresh] was called.
    KeyStore.Wrapped nextKey() {
        return newKey(installation, keys.active() + 1, clock);
    }

    /// The version of the newest key.
    public int keyVersion() {
        return keys.active();
    }

    /// The installation's key, for a backup that is sealed with it.
    public SecretKey installationKey() {
        return installation.key();
    }
}
