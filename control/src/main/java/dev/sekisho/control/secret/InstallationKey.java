package dev.sekisho.control.secret;

import dev.sekisho.control.state.StateException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The one key of an installation, which wraps all others: 32 bytes. Where it is kept is a matter of [KeyFile], which
/// one it is of [KeyChoice]. Immutable.
public final class InstallationKey {
    private static final byte[] BOUND = ascii("sekisho key-encryption key");
    private static final byte[] NEXT = ascii("sekisho next installation key");
    private static final byte[] MARK = ascii("sekisho key mark");
    private static final int MARK_BYTES = 8;

    private final SecretKey key;

    private InstallationKey(byte[] raw) {
        this.key = new SecretKeySpec(raw, "AES");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// The key of a state directory, for restoring a backup that is sealed with it.
    ///
    /// @param environment may hold it where the file is lost
    /// @throws StateException when there is none, there are two, or it is damaged or open to others
    public static InstallationKey open(Path directory, Map<String, String> environment) {
        KeyFile file = new KeyFile(directory);
        Optional<InstallationKey> kept = file.kept();
        Optional<GivenKey> given = GivenKey.of(environment);
        if (kept.isPresent() && given.isPresent() && !kept.get().is(given.get().key())) {
            throw new StateException(given.get().variable() + " is not the key in " + file.path()
                    + ": leave only the one that is meant");
        }
        return kept.or(() -> given.map(GivenKey::key))
                .orElseThrow(() -> new StateException(file.path()
                        + " is missing: put it there (chmod 600), or give the key as "
                        + GivenKey.VARIABLES.getFirst()));
    }

    /// A new one.
    static InstallationKey random() {
        byte[] raw = AesGcm.random(AesGcm.KEY_BYTES);
        try {
            return new InstallationKey(raw);
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }

    /// From base 64 or hexadecimal.
    ///
    /// @return empty when it is no key
    static Optional<InstallationKey> parse(String text) {
        byte[] raw;
        try {
            raw = text.length() == 2 * AesGcm.KEY_BYTES
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        try {
            return raw.length == AesGcm.KEY_BYTES ? Optional.of(new InstallationKey(raw)) : Optional.empty();
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }

    /// As base 64, for its file. The caller wipes it.
    byte[] text() {
        byte[] raw = key.getEncoded();
        try {
            return Base64.getEncoder().encode(raw);
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }

    /// What tells it from others and says nothing of it: 16 hexadecimal digits.
    String mark() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(MARK), 0, MARK_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    /// Whether both are the same key.
    boolean is(InstallationKey other) {
        byte[] mine = key.getEncoded();
        byte[] theirs = other.key.getEncoded();
        try {
            return MessageDigest.isEqual(mine, theirs);
        } finally {
            Arrays.fill(mine, (byte) 0);
            Arrays.fill(theirs, (byte) 0);
        }
    }

    /// A key-encryption key for the database.
    ///
    /// @param raw the caller wipes it
    Sealed wrap(byte[] raw) {
        return new Sealed(AesGcm.seal(key, BOUND, raw));
    }

    /// A key-encryption key from the database.
    ///
    /// @return empty when it was wrapped by another installation's key
    Optional<SecretKey> unwrap(Sealed wrapped) {
        return raw(BOUND, wrapped).map(raw -> {
            SecretKey unwrapped = new SecretKeySpec(raw, "AES");
            Arrays.fill(raw, (byte) 0);
            return unwrapped;
        });
    }

    /// A key-encryption key of this one for the next one.
    ///
    /// @throws IllegalStateException when it was not wrapped by this one
    Sealed rewrap(Sealed wrapped, InstallationKey next) {
        byte[] raw = raw(BOUND, wrapped).orElseThrow(() -> new IllegalStateException("wrapped by another key"));
        try {
            return next.wrap(raw);
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }

    /// Whether all of them were wrapped by this one.
    boolean opens(List<KeyStore.Wrapped> keys) {
        return keys.stream().allMatch(wrapped -> unwrap(wrapped.wrapped()).isPresent());
    }

    /// The key after this one, for those who have this one.
    Sealed handOver(InstallationKey next) {
        byte[] raw = next.key.getEncoded();
        try {
            return new Sealed(AesGcm.seal(key, NEXT, raw));
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }

    /// The key after this one.
    ///
    /// @return empty when it was handed over by another key than this one
    Optional<InstallationKey> takeOver(Sealed handedOver) {
        return raw(NEXT, handedOver).map(raw -> {
            InstallationKey next = new InstallationKey(raw);
            Arrays.fill(raw, (byte) 0);
            return next;
        });
    }

    private Optional<byte[]> raw(byte[] bound, Sealed sealed) {
        try {
            return Optional.of(AesGcm.open(key, bound, sealed.bytes()));
        } catch (AEADBadTagException e) {
            // Another key's; what that means is for the caller to say.
            return Optional.empty();
        }
    }

    /// The key itself, for a backup that is sealed with it.
    public SecretKey key() {
        return key;
    }

    @Override
    public String toString() {
        return "InstallationKey[" + mark() + "]";
    }
}
