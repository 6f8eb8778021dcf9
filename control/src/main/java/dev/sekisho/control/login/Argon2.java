package dev.sekisho.control.login;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Argon2id, version 19, as text with its parameters: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, base 64 without
/// padding. Stateless. Source: RFC 9106; the text is that of the reference implementation.
final class Argon2 {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int MAX_MEMORY_KIB = 1 << 20;
    private static final int MAX_PASSES = 64;
    private static final Pattern FORM = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=(\\d)" + "\\$([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");
    private static final SecureRandom RANDOM = new SecureRandom();

    private Argon2() {}

    /// What a hash costs.
    ///
    /// @param memoryKib KiB of memory
    /// @param passes over that memory
    record Cost(int memoryKib, int passes) {
        /// At least what OWASP asks for (19 MiB, 2 passes); figures in `docs/identity.md`.
        static final Cost STANDARD = new Cost(32 * 1024, 2);

        Cost {
            if (memoryKib < 8 || memoryKib > MAX_MEMORY_KIB || passes < 1 || passes > MAX_PASSES) {
                throw new IllegalArgumentException("no such cost of a password hash");
            }
        }
    }

    /// Hashes a password with a new salt.
    static String hash(String password, Cost cost) {
        byte[] salt = random(SALT_BYTES);
        return text(cost, salt, bytes(password, salt, cost));
    }

    /// The hash of no password that anybody knows; to compare with costs what any other does.
    static String ofNobody(Cost cost) {
        return text(cost, random(SALT_BYTES), random(HASH_BYTES));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static String text(Cost cost, byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + cost.memoryKib() + ",t=" + cost.passes() + ",p=1$" + base64.encodeToString(salt)
                + "$" + base64.encodeToString(hash);
    }

    /// Whether a password is that of a hash.
    ///
    /// @return false also when the hash is none of ours
    static boolean isRight(String password, String hash) {
        Matcher matcher = FORM.matcher(hash);
        Optional<Cost> cost = cost(hash);
        if (cost.isEmpty() || !matcher.matches()) {
            return false;
        }
        byte[] salt = Base64.getDecoder().decode(matcher.group(4));
        byte[] wanted = Base64.getDecoder().decode(matcher.group(5));
        return MessageDigest.isEqual(wanted, bytes(password, salt, cost.get()));
    }

    /// What a hash cost; empty when it is none of ours.
    static Optional<Cost> cost(String hash) {
        Matcher matcher = FORM.matcher(hash);
        if (!matcher.matches() || !matcher.group(3).equals("1")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Cost(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(String password, byte[] salt, Cost cost) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.passes())
                .withParallelism(1)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[HASH_BYTES];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }
}
