package dev.sekisho.control.web;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// A POST that comes again with the same `Idempotency-Key` is answered as it was the first time, for a day, on every
/// node
/// (IETF draft httpapi-idempotency-key-header). Thread-safe.
///
/// An answer may hold what is shown once, such as a new token. So it is encrypted (AES-256-GCM) by a key that is
/// derived
/// from the client's, and of that only a hash is kept: who reads the database can't read the answers.
public final class Idempotency {
    private static final Duration KEPT = Duration.ofHours(24);
    private static final String FORM = "[\\x21-\\x7e]{16,128}";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final UnitOfWork work;
    private final AnswerStore store;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public Idempotency(UnitOfWork work, AnswerStore store, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.clock = clock;
    }

    /// A request with a key.
    ///
    /// @param who the credential that was shown
    /// @param key what the client chose
    /// @param operation method and path
    /// @param bodyHash of its body
    record Keyed(String who, String key, String operation, String bodyHash) {
        Keyed {
            if (!key.matches(FORM)) {
                throw Problem.invalid(
                        "Idempotency-Key", "an Idempotency-Key is 16 to 128 printable characters, best a random UUID");
            }
        }

        /// @param body its bytes
        static Keyed of(String who, String key, String operation, byte[] body) {
            return new Keyed(who, key, operation, HexFormat.of().formatHex(sha256(body)));
        }

        private String hash() {
            return HexFormat.of().formatHex(sha256(utf8(operation), utf8(bodyHash)));
        }

        private byte[] derive(String purpose) {
            return sha256(utf8(purpose), utf8(who), utf8(key));
        }

        private static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        /// Shows no key.
        @Override
        public String toString() {
            return operation;
        }
    }

    /// Answers as before, or by `first` when there is no before. What `first` throws is not kept: then nothing was
    /// done.
    Reply answer(Keyed request, Supplier<Reply> first) {
        String id = HexFormat.of().formatHex(request.derive("id"));
        Optional<AnswerStore.Known> known = claim(id, request.hash());
        if (known.isPresent()) {
            return replay(request, known.get());
        }
        boolean done = false;
        try {
            Reply reply = first.get();
            done = true;
            byte[] sealed = seal(request, Json.bytes(reply));
            work.housekeeping(tx -> {
                store.keep(tx, id, sealed);
                return id;
            });
            return reply;
        } finally {
            if (!done) {
                work.housekeeping(tx -> {
                    store.forget(tx, id);
                    return id;
                });
            }
        }
    }

    private Optional<AnswerStore.Known> claim(String id, String hash) {
        Instant now = clock.instant();
        try {
            return work.housekeeping(tx -> {
                store.forgetBefore(tx, now.minus(KEPT));
                Optional<AnswerStore.Known> known = store.find(tx, id);
                if (known.isEmpty()) {
                    store.claim(tx, id, hash, now);
                }
                return known;
            });
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.CONFLICT) {
                throw underWay();
            }
            throw e;
        }
    }

    private static Problem underWay() {
        return Problem.other(
                409,
                "in-progress",
                "a request with this Idempotency-Key is under way, or ended without an answer: look whether it was"
                        + " done");
    }

    private static Reply replay(Keyed request, AnswerStore.Known known) {
        if (!known.requestHash().equals(request.hash())) {
            throw Problem.other(
                    422, "key-reused", "this Idempotency-Key came with another request before: choose a new one");
        }
        byte[] sealed = known.answer().orElseThrow(Idempotency::underWay);
        Reply reply = Json.read(open(request, sealed), Reply.class);
        return reply.with("Idempotent-Replayed", "true");
    }

    private byte[] seal(Keyed request, byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] secret = crypt(Cipher.ENCRYPT_MODE, request, nonce, plain);
        byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + secret.length);
        System.arraycopy(secret, 0, sealed, NONCE_BYTES, secret.length);
        return sealed;
    }

    private static byte[] open(Keyed request, byte[] sealed) {
        return crypt(
                Cipher.DECRYPT_MODE,
                request,
                Arrays.copyOf(sealed, NONCE_BYTES),
                Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length));
    }

    private static byte[] crypt(int mode, Keyed request, byte[] nonce, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode, new SecretKeySpec(request.derive("answer"), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a kept answer is damaged", e);
        }
    }

    /// Of the parts, each with its length before it.
    private static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }
}
