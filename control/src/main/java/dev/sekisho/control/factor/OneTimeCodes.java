package dev.sekisho.control.factor;

import dev.sekisho.control.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Codes that are made here and count once: on paper, by mail. Only their hashes are kept. Thread-safe.
final class OneTimeCodes {
    /// Recovery codes that a user gets at once.
    static final int COUNT = 10;

    /// How long a mailed code counts (product line A10).
    static final Duration EMAIL_LIFE = Duration.ofMinutes(10);

    /// No letters that look like digits, no vowels that make words: 28 characters.
    private static final String ALPHABET = "bcdfghjkmnpqrstvwxyz23456789";

    private static final int GROUPS = 4;
    private static final int GROUP_CHARS = 4;
    private static final int EMAIL_CODES = 1_000_000;

    private final FactorStore store;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    OneTimeCodes(FactorStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /// Replaces a user's recovery codes.
    ///
    /// @return the codes; shown once. 16 of 28 characters each: 76 bits
    List<String> newRecoveryCodes(Transaction transaction, String userId) {
        List<String> codes = new ArrayList<>();
        List<byte[]> hashes = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            String code = recoveryCode();
            codes.add(code);
            hashes.add(hash(userId, bare(code)));
        }
        store.replaceRecoveryCodes(transaction, userId, hashes);
        return codes;
    }

    private String recoveryCode() {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < GROUPS * GROUP_CHARS; i++) {
            if (i > 0 && i % GROUP_CHARS == 0) {
                code.append('-');
            }
            code.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return code.toString();
    }

    boolean takeRecoveryCode(Transaction transaction, String userId, String typed) {
        return store.takeRecoveryCode(transaction, userId, hash(userId, bare(typed)));
    }

    /// People type blanks, dashes and capitals as they like.
    private static String bare(String typed) {
        return typed.replaceAll("[\\s-]", "").toLowerCase(Locale.ROOT);
    }

    /// Makes the code that is to be mailed; the one before does not count any more.
    String newEmailCode(Transaction transaction, String userId) {
        String code = String.format(Locale.ROOT, "%06d", random.nextInt(EMAIL_CODES));
        store.replaceEmailCode(
                transaction, userId, hash(userId, code), clock.instant().plus(EMAIL_LIFE));
        return code;
    }

    boolean takeEmailCode(Transaction transaction, String userId, String typed) {
        return store.takeEmailCode(transaction, userId, hash(userId, typed.strip()), clock.instant());
    }

    /// Salted with the user's identity, so that equal codes don't look equal.
    private static byte[] hash(String userId, String code) {
        try {
            return MessageDigest.getInstance("SHA-256").digest((userId + ":" + code).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
