package dev.sekisho.control.backup;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// What a backup is sealed with. Each backup has a key of its own, derived with a random salt.
public sealed interface BackupKey {
    /// The number in the header.
    byte id();

    /// The key of one backup.
    SecretKey derive(Header header);

    /// A passphrase that somebody keeps. The owner wipes the characters.
    ///
    /// @param characters at least [#MIN_CHARS]
    record Passphrase(CharBuffer characters) implements BackupKey {
        /// What is shorter can be guessed.
        public static final int MIN_CHARS = 12;

        /// Checks the length.
        public Passphrase {
            if (characters.remaining() < MIN_CHARS) {
                throw new IllegalArgumentException("a passphrase has " + MIN_CHARS + " characters at least");
            }
        }

        @Override
        public byte id() {
            return 1;
        }

        @Override
        public SecretKey derive(Header header) {
            byte[] password =
                    StandardCharsets.UTF_8.encode(characters.duplicate()).array();
            byte[] raw = new byte[32];
            Argon2BytesGenerator argon = new Argon2BytesGenerator();
            argon.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(header.memoryKib())
                    .withIterations(header.passes())
                    .withParallelism(header.lanes())
                    .withSalt(header.salt())
                    .build());
            argon.generateBytes(password, raw);
            SecretKey key = new SecretKeySpec(raw, "AES");
            Arrays.fill(password, (byte) 0);
            Arrays.fill(raw, (byte) 0);
            return key;
        }

        @Override
        public String toString() {
            return "a passphrase";
        }
    }

    /// The installation's key.
    record Installation(SecretKey key) implements BackupKey {
        @Override
        public byte id() {
            return 2;
        }

        @Override
        public SecretKey derive(Header header) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(key);
                mac.update("sekisho backup".getBytes(StandardCharsets.US_ASCII));
                return new SecretKeySpec(mac.doFinal(header.salt()), "AES");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
            }
        }

        @Override
        public String toString() {
            return "the installation's key";
        }
    }
}
