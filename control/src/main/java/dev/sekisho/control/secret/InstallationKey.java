package dev.sekisho.control.secret;

import dev.sekisho.control.state.OwnerFile;
import dev.sekisho.control.state.StateException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The one key of an installation, which wraps all others: 32 bytes in `master.key` of the state directory, as base 64,
/// for the owner only. Thread-safe.
public final class InstallationKey {
    /// Where the key may be given at the first start; the second name is an alias.
    public static final List<String> VARIABLES = List.of("SEKISHO_ENCRYPTION_KEY", "MAMORI_ENCRYPTION_KEY");

    private static final String FILE = "master.key";
    private static final byte[] BOUND = "sekisho key-encryption key".getBytes(StandardCharsets.US_ASCII);

    private final Path file;
    private final SecretKey key;

    private InstallationKey(Path file, byte[] raw) {
        this.file = file;
        this.key = new SecretKeySpec(raw, "AES");
    }

    /// Reads the key, or makes it when the database has none yet.
    ///
    /// @param environment may hold the key at the first start, and on a machine that lost it
    /// @param isFirstStart nothing was sealed in the database yet
    /// @throws StateException when it is missing, open to others, damaged, or another than the one that was given
    public static InstallationKey open(Path directory, Map<String, String> environment, boolean isFirstStart) {
        Path file = directory.resolve(FILE);
        Optional<byte[]> given = given(environment);
        Optional<byte[]> kept = OwnerFile.read(file).map(bytes -> kept(file, bytes));
        if (kept.isPresent()) {
            if (given.isPresent() && !MessageDigest.isEqual(given.get(), kept.get())) {
                throw new StateException(variable(environment) + " is not the key in " + file
                        + ": remove the variable (it counts at the first start only), or put the right file back");
            }
        } else if (given.isEmpty() && !isFirstStart) {
            throw new StateException(file + " is missing, and what is sealed in the database can't be opened without"
                    + " it: restore it from a backup, copy it from another node, or give the key once as "
                    + VARIABLES.getFirst());
        }
        byte[] raw = kept.or(() -> given).orElseGet(() -> AesGcm.random(AesGcm.KEY_BYTES));
        try {
            if (kept.isEmpty() && isFirstStart) {
                write(file, raw);
            }
            return new InstallationKey(file, raw);
        } finally {
            Arrays.fill(raw, (byte) 0);
            given.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
        }
    }

    private static void write(Path file, byte[] raw) {
        byte[] text = Base64.getEncoder().encode(raw);
        OwnerFile.write(file, Arrays.copyOf(text, text.length));
        Arrays.fill(text, (byte) 0);
    }

    /// Keeps the key that was given, once it is known to be the right one.
    void keep() {
        if (OwnerFile.read(file).isEmpty()) {
            byte[] raw = key.getEncoded();
            write(file, raw);
            Arrays.fill(raw, (byte) 0);
        }
    }

    private static byte[] kept(Path file, byte[] text) {
        try {
            byte[] raw = Base64.getDecoder().decode(new String(text, StandardCharsets.US_ASCII).strip());
            if (raw.length == AesGcm.KEY_BYTES) {
                return raw;
            }
        } catch (IllegalArgumentException e) {
            throw damaged(file);
        }
        throw damaged(file);
    }

    private static StateException damaged(Path file) {
        return new StateException(file + " is damaged: it holds no key of 32 bytes; restore it from a backup");
    }

    private static String variable(Map<String, String> environment) {
        return environment.containsKey(VARIABLES.getFirst()) ? VARIABLES.getFirst() : VARIABLES.getLast();
    }

    private static Optional<byte[]> given(Map<String, String> environment) {
        String name = variable(environment);
        String text = environment.getOrDefault(name, "").strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] raw = text.length() == 2 * AesGcm.KEY_BYTES
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text);
            if (raw.length == AesGcm.KEY_BYTES) {
                return Optional.of(raw);
            }
        } catch (IllegalArgumentException e) {
            throw notAKey(name);
        }
        throw notAKey(name);
    }

    private static StateException notAKey(String name) {
        return new StateException(
                name + " is no key: it must be 32 random bytes in base 64 or hexadecimal, as `openssl rand -base64 32`"
                        + " makes them");
    }

    /// A key-encryption key for the database.
    byte[] wrap(byte[] raw) {
        return AesGcm.seal(key, BOUND, raw);
    }

    /// A key-encryption key from the database.
    ///
    /// @throws StateException when it was wrapped by another installation's key
    SecretKey unwrap(byte[] wrapped) {
        try {
            byte[] raw = AesGcm.open(key, BOUND, wrapped);
            SecretKey unwrapped = new SecretKeySpec(raw, "AES");
            Arrays.fill(raw, (byte) 0);
            return unwrapped;
        } catch (AEADBadTagException e) {
            throw new StateException(
                    "the key in " + file + " is not the one that the database was sealed with: put the right one back",
                    e);
        }
    }

    /// The key itself, for a backup that is sealed with it.
    public SecretKey key() {
        return key;
    }
}
