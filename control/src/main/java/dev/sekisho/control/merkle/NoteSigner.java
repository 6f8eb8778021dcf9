package dev.sekisho.control.merkle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// Signs checkpoints. Thread-safe.
///
/// As bytes, for a file that only its owner reads: the public key as [NoteKey] writes it, a line feed, the private key
/// in PKCS #8 and base 64, a line feed.
public final class NoteSigner {
    private static final String ED25519 = "Ed25519";
    private static final int NAME_BYTES = 8;

    private final NoteKey key;
    private final PrivateKey secret;

    private NoteSigner(NoteKey key, PrivateKey secret) {
        this.key = key;
        this.secret = secret;
    }

    /// Makes a new key; the name of its log is the given one and, after a slash, the beginning of its public half.
    public static NoteSigner create(String name) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ED25519).generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] raw = Arrays.copyOfRange(encoded, encoded.length - NoteKey.BYTES, encoded.length);
            String origin = name + "/" + HexFormat.of().formatHex(raw, 0, NAME_BYTES);
            return new NoteSigner(new NoteKey(origin, raw), pair.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    /// Reads one that was kept.
    ///
    /// @throws IllegalArgumentException when it is damaged; the message repeats nothing of it
    public static NoteSigner of(byte[] bytes) {
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
        try {
            if (lines.length != 3) {
                throw new IllegalArgumentException("two lines are expected");
            }
            NoteSigner signer = new NoteSigner(
                    NoteKey.parse(lines[0]),
                    KeyFactory.getInstance(ED25519)
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines[1]))));
            Checkpoint probe =
                    new Checkpoint(signer.key.name(), 0, CompactRange.empty().rootText(), Instant.EPOCH);
            signer.key.open(signer.sign(probe));
            return signer;
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IllegalArgumentException("the key that signs checkpoints is damaged");
        }
    }

    /// To be kept for [#of].
    public byte[] bytes() {
        return (key.text() + "\n" + Base64.getEncoder().encodeToString(secret.getEncoded()) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /// The public half.
    public NoteKey key() {
        return key;
    }

    /// The checkpoint as a signed note.
    public String sign(Checkpoint checkpoint) {
        try {
            Signature signature = Signature.getInstance(ED25519);
            signature.initSign(secret);
            signature.update(checkpoint.text().getBytes(StandardCharsets.UTF_8));
            byte[] signed = signature.sign();
            byte[] hash = key.hash();
            byte[] both = ByteBuffer.allocate(hash.length + signed.length)
                    .put(hash)
                    .put(signed)
                    .array();
            return checkpoint.text() + "\n" + NoteKey.DASH + key.name() + " "
                    + Base64.getEncoder().encodeToString(both) + "\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was read can sign", e);
        }
    }
}
