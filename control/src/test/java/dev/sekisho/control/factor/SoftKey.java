package dev.sekisho.control.factor;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/// An authenticator in software: one key on P-256, attestation `none`. A test bends what it says to see it refused.
/// Source: WebAuthn level 3 section 6.
public final class SoftKey {
    String type = "";
    public String origin = "https://portal.test";
    public String rpId = "portal.test";
    boolean crossOrigin;
    /// User present and user verified.
    int flags = 0x05;

    public long counter = 1;
    String userHandle;
    byte[] credentialId = new byte[32];
    private final KeyPair keys;

    public SoftKey(String userId) {
        userHandle = text(userId.getBytes(StandardCharsets.US_ASCII));
        new SecureRandom().nextBytes(credentialId);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// `RegistrationResponseJSON`.
    public String register(String challenge) {
        byte[] data = join(
                authenticatorData(flags | 0x40), new byte[16], twoBytes(credentialId.length), credentialId, cose());
        byte[] object = join(
                new byte[] {(byte) 0xa3},
                cborText("fmt"),
                cborText("none"),
                cborText("attStmt"),
                new byte[] {(byte) 0xa0},
                cborText("authData"),
                cborBytes(data));
        return json(
                "\"attestationObject\":\"" + text(object) + "\",\"transports\":[\"internal\"]",
                client("webauthn.create", challenge));
    }

    /// `AuthenticationResponseJSON`.
    public String show(String challenge) {
        byte[] client = client("webauthn.get", challenge);
        byte[] data = authenticatorData(flags);
        byte[] signature;
        try {
            Signature signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(keys.getPrivate());
            signer.update(data);
            signer.update(sha256(client));
            signature = signer.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        return json(
                "\"authenticatorData\":\"" + text(data) + "\",\"signature\":\"" + text(signature)
                        + "\",\"userHandle\":\"" + userHandle + "\"",
                client);
    }

    private String json(String response, byte[] client) {
        String id = text(credentialId);
        return "{\"id\":\"" + id + "\",\"rawId\":\"" + id + "\",\"type\":\"public-key\",\"clientExtensionResults\":{},"
                + "\"response\":{\"clientDataJSON\":\"" + text(client) + "\"," + response + "}}";
    }

    private byte[] client(String usual, String challenge) {
        return ("{\"type\":\"" + (type.isEmpty() ? usual : type) + "\",\"challenge\":\"" + challenge
                        + "\",\"origin\":\"" + origin + "\",\"crossOrigin\":" + crossOrigin + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] authenticatorData(int set) {
        return join(
                sha256(rpId.getBytes(StandardCharsets.UTF_8)),
                new byte[] {(byte) set},
                ByteBuffer.allocate(4).putInt((int) counter).array());
    }

    private byte[] cose() {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        return join(
                new byte[] {(byte) 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21},
                cborBytes(coordinate(key.getW().getAffineX())),
                new byte[] {0x22},
                cborBytes(coordinate(key.getW().getAffineY())));
    }

    private static byte[] coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[32];
        int skip = Math.max(0, bytes.length - 32);
        System.arraycopy(bytes, skip, fixed, 32 - (bytes.length - skip), bytes.length - skip);
        return fixed;
    }

    private static byte[] cborText(String value) {
        return join(new byte[] {(byte) (0x60 + value.length())}, value.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] cborBytes(byte[] value) {
        byte[] head = value.length < 256
                ? new byte[] {0x58, (byte) value.length}
                : join(new byte[] {0x59}, twoBytes(value.length));
        return join(head, value);
    }

    private static byte[] twoBytes(int number) {
        return new byte[] {(byte) (number >> 8), (byte) number};
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
