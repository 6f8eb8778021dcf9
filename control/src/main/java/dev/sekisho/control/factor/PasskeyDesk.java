package dev.sekisho.control.factor;

import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.user.User;
import dev.sekisho.control.web.Problem;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Gives out challenges for passkeys and takes the answers: each challenge is for one user, one purpose, and once.
/// Thread-safe.
final class PasskeyDesk {
    private static final Duration LIFE =
            Duration.ofMillis(PasskeyOptions.TIMEOUT_MILLIS).plusMinutes(2);
    private static final int CHALLENGE_BYTES = 32;
    private static final String REGISTER = "register";
    private static final String ASSERT = "assert";

    private final FactorStore store;
    private final PublicHost host;
    private final InstantSource clock;
    private final Passkeys passkeys;
    private final SecureRandom random = new SecureRandom();

    PasskeyDesk(FactorStore store, PublicHost host, InstantSource clock) {
        this.store = store;
        this.host = host;
        this.clock = clock;
        passkeys = new Passkeys(host);
    }

    PasskeyOptions.Creation creationOptions(Transaction transaction, User user, String name) {
        byte[] challenge = challenge(transaction, user.id(), REGISTER, name);
        return new PasskeyOptions.Creation(
                new PasskeyOptions.RelyingParty(host.name(), FactorTools.ISSUER),
                new PasskeyOptions.Person(text(Passkeys.handle(user.id())), user.name(), user.displayName()),
                text(challenge),
                Passkeys.ALGORITHMS.stream()
                        .map(algorithm -> new PasskeyOptions.Algorithm("public-key", algorithm.getValue()))
                        .toList(),
                PasskeyOptions.TIMEOUT_MILLIS,
                credentials(transaction, user.id()),
                new PasskeyOptions.Selection("preferred", "required"),
                "none");
    }

    PasskeyOptions.Request requestOptions(Transaction transaction, String userId) {
        List<PasskeyOptions.Credential> credentials = credentials(transaction, userId);
        if (credentials.isEmpty()) {
            throw Problem.conflict("you have no passkey");
        }
        return new PasskeyOptions.Request(
                text(challenge(transaction, userId, ASSERT, "")),
                PasskeyOptions.TIMEOUT_MILLIS,
                host.name(),
                credentials,
                "required");
    }

    private byte[] challenge(Transaction transaction, String userId, String purpose, String name) {
        byte[] challenge = new byte[CHALLENGE_BYTES];
        random.nextBytes(challenge);
        Instant now = clock.instant();
        store.insertChallenge(
                transaction, new FactorStore.Challenge(hash(challenge), userId, purpose, name, now.plus(LIFE)), now);
        return challenge;
    }

    private List<PasskeyOptions.Credential> credentials(Transaction transaction, String userId) {
        return store.passkeys(transaction, userId).stream()
                .map(passkey -> new PasskeyOptions.Credential("public-key", text(passkey.credentialId())))
                .toList();
    }

    /// The challenge that a proof answers; reading it loads the library outside a transaction.
    Optional<byte[]> read(Proof proof) {
        return proof instanceof Proof.Passkey passkey
                ? passkeys.challengeOfAssertion(passkey.credential())
                : Optional.empty();
    }

    /// The challenge that a registration answers.
    Optional<byte[]> readRegistration(String credential) {
        return passkeys.challengeOfRegistration(credential);
    }

    /// Takes the challenge, then judges the assertion.
    boolean isRight(Transaction transaction, String userId, String credential, byte[] challenge) {
        if (take(transaction, userId, ASSERT, challenge).isEmpty()) {
            return false;
        }
        return passkeys.assertion(credential, store.passkeys(transaction, userId), challenge)
                .filter(asserted ->
                        store.useCounter(transaction, asserted.passkey(), asserted.signCount(), clock.instant()))
                .isPresent();
    }

    /// Takes the challenge, then judges the registration and keeps the passkey.
    ///
    /// @return empty when anything about it is wrong
    Optional<Factor> register(Transaction transaction, String userId, String credential, byte[] challenge) {
        Optional<FactorStore.Challenge> taken = take(transaction, userId, REGISTER, challenge);
        return taken.flatMap(given -> passkeys.register(credential, challenge).map(registered -> {
            Factor factor = new Factor(
                    Ids.next(clock.millis()),
                    userId,
                    Kind.PASSKEY,
                    given.name(),
                    true,
                    clock.instant(),
                    Optional.empty());
            keep(transaction, factor, registered);
            return factor;
        }));
    }

    private void keep(Transaction transaction, Factor factor, Passkeys.Registered registered) {
        try {
            store.insertPasskey(
                    transaction,
                    new FactorStore.Passkey(
                            factor, registered.credentialId(), registered.credential(), registered.signCount()));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.CONFLICT) {
                throw new Problem(409, "conflict", "this passkey is registered already", List.of(), e);
            }
            throw e;
        }
    }

    private Optional<FactorStore.Challenge> take(
            Transaction transaction, String userId, String purpose, byte[] challenge) {
        return store.takeChallenge(transaction, hash(challenge))
                .filter(taken -> taken.userId().equals(userId)
                        && taken.purpose().equals(purpose)
                        && clock.instant().isBefore(taken.expiresAt()));
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
