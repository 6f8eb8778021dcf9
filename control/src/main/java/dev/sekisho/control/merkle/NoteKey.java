package dev.sekisho.control.merkle;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/// The public half of the key that signs checkpoints: an Ed25519 key with the name of its log. Immutable.
///
/// As text `NAME+HASH+KEY`: the name, the first four bytes of the SHA-256 over name, line feed, 1 and key in
/// hexadecimal, the byte 1 and the key's 32 bytes in base 64. A signed note is a text, an empty line and a signature
/// line: `— NAME BASE64(hash, signature)`. Source: C2SP `signed-note`.
public final class NoteKey {
    static final String DASH = "\u2014 ";

    static final int BYTES = 32;

    private static final byte ED25519 = 1;
    private static final int HASH_BYTES = 4;

    private static final int SIGNATURE_BYTES = 64;

    /// The ASN.1 of an Ed25519 public key before its 32 bytes (RFC 8410).
    private static final byte[] X509_HEADER = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

    private final String name;
    private final byte[] raw;

    /// A key.
    ///
    /// @param name of the log; no space, no plus, no line feed
    /// @param raw 32 bytes (RFC 8032)
    NoteKey(String name, byte[] raw) {
        if (!name.matches("[!-*,-~]{1,200}") || raw.length != BYTES) {
            throw new IllegalArgumentException("a log's key is a name without spaces and 32 bytes");
        }
        this.name = name;
        this.raw = raw.clone();
    }

    /// The name of the log, which its checkpoints begin with.
    public String name() {
        return name;
    }

    /// Reads one from text.
    ///
    /// @throws IllegalArgumentException when it is none or was mistyped
    public static NoteKey parse(String text) {
        String[] parts = text.strip().split("\\+", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a log's key is NAME+HASH+KEY");
        }
        byte[] typed = Base64.getDecoder().decode(parts[2]);
        if (typed.length != BYTES + 1 || typed[0] != ED25519) {
            throw new IllegalArgumentException("a log's key is an Ed25519 key");
        }
        NoteKey key = new NoteKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!key.text().equals(text.strip())) {
            throw new IllegalArgumentException("the key was mistyped: its check digits don't match");
        }
        return key;
    }

    /// As text.
    public String text() {
        return name + "+" + java.util.HexFormat.of().formatHex(hash()) + "+"
                + Base64.getEncoder().encodeToString(typed());
    }

    private byte[] typed() {
        byte[] typed = new byte[BYTES + 1];
        typed[0] = ED25519;
        System.arraycopy(raw, 0, typed, 1, BYTES);
        return typed;
    }

    byte[] hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(digest.digest(typed()), HASH_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// The checkpoint of a signed note.
    ///
    /// @throws IllegalArgumentException when it is none or not signed with this key
    public Checkpoint open(String note) {
        int end = note.lastIndexOf("\n\n" + DASH);
        if (end < 0 || !note.endsWith("\n")) {
            throw new IllegalArgumentException("this is no signed checkpoint");
        }
        String text = note.substring(0, end + 1);
        for (String line : note.substring(end + 2, note.length() - 1).split("\n", -1)) {
            if (line.startsWith(DASH + name + " ")
                    && isSignature(text, line.substring(DASH.length() + name.length() + 1))) {
                Checkpoint checkpoint = Checkpoint.parse(text);
                if (!checkpoint.origin().equals(name)) {
                    throw new IllegalArgumentException("the checkpoint is of another log");
                }
                return checkpoint;
            }
        }
        throw new IllegalArgumentException("the checkpoint is not signed with the key of this log");
    }

    private boolean isSignature(String text, String encoded) {
        try {
            byte[] bytes = Base64.getDecoder().decode(encoded);
            // The decoder takes several texts for the same bytes; one of them is the signature's.
            if (!Base64.getEncoder().encodeToString(bytes).equals(encoded)
                    || bytes.length != HASH_BYTES + SIGNATURE_BYTES
                    || !Arrays.equals(bytes, 0, HASH_BYTES, hash(), 0, HASH_BYTES)) {
                return false;
            }
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(publicKey());
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return signature.verify(bytes, HASH_BYTES, SIGNATURE_BYTES);
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return false;
        }
    }

    private PublicKey publicKey() throws GeneralSecurityException {
        byte[] encoded = Arrays.copyOf(X509_HEADER, X509_HEADER.length + BYTES);
        System.arraycopy(raw, 0, encoded, X509_HEADER.length, BYTES);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    @Override
    public String toString() {
        return text();
    }
}
