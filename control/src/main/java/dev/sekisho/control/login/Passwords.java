package dev.sekisho.control.login;

import dev.sekisho.control.user.Credentials;
import dev.sekisho.control.web.Problem;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// Hashes and checks passwords of the internal directory. Thread-safe.
///
/// At most two hashes are computed at once, so that a flood of logins takes neither all memory nor all processors;
/// whoever waits for longer than some seconds is told to try again.
public final class Passwords {
    private static final int AT_ONCE = 2;
    private static final int MAX_WAIT_SECONDS = 5;

    /// Without characters that look alike: 5 bits each, 120 bits in all.
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

    private static final int GROUPS = 6;
    private static final int GROUP_CHARS = 4;

    private final Argon2.Cost cost;
    private final String nobody;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);
    private final LongAdder computed = new LongAdder();
    private final SecureRandom random = new SecureRandom();

    public Passwords() {
        this(Argon2.Cost.STANDARD);
    }

    Passwords(Argon2.Cost cost) {
        this.cost = cost;
        nobody = Argon2.ofNobody(cost);
    }

    /// Whether a password is that of a hash. Takes the same work when there is no hash, so that nobody learns from the
    /// time whether a user exists.
    boolean isRight(String typed, Optional<String> hash) {
        String password = PasswordRules.normal(typed);
        boolean right = inTurn(() -> Argon2.isRight(password, hash.orElse(nobody)));
        return right && hash.isPresent();
    }

    /// Hashes a password.
    String hash(String typed) {
        return inTurn(() -> Argon2.hash(PasswordRules.normal(typed), cost));
    }

    /// Whether a hash was made with other parameters than today's.
    boolean isOld(String hash) {
        return !Argon2.cost(hash).equals(Optional.of(cost));
    }

    /// How many hashes have been computed.
    long computed() {
        return computed.sum();
    }

    /// Checks and hashes a password, or makes one.
    Credentials.Prepared prepare(String userName, Optional<String> typed) {
        if (typed.isEmpty()) {
            String made = random();
            return new Credentials.Prepared(hash(made), true, Optional.of(made));
        }
        check(userName, typed.get(), "password");
        return new Credentials.Prepared(hash(typed.get()), false, Optional.empty());
    }

    /// @throws Problem 400 naming the field when the password breaks a rule
    void check(String userName, String typed, String field) {
        PasswordRules.objection(userName, typed).ifPresent(objection -> {
            throw Problem.invalid(field, objection);
        });
    }

    private String random() {
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < GROUPS * GROUP_CHARS; i++) {
            if (i > 0 && i % GROUP_CHARS == 0) {
                password.append('-');
            }
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return password.toString();
    }

    private <T> T inTurn(Supplier<T> work) {
        try {
            if (!turns.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw Problem.unavailable("too many people are logging in: try again in a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("the server is stopping");
        }
        try {
            computed.increment();
            return work.get();
        } finally {
            turns.release();
        }
    }
}
