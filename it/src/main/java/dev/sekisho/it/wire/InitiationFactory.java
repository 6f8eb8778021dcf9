package dev.sekisho.it.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.math.ec.rfc7748.X25519;

/// Makes handshake initiations (message type 1) to one responder, without a pre-shared key.
///
/// ```
///  0       4       8            40               88             116    132    148
///  | type  | sender| ephemeral  | static + tag   | time + tag   | mac1 | mac2 |
/// ```
///
/// Source: WireGuard paper 5.4.2, 5.4.4. Thread-confined.
public final class InitiationFactory {
    public static final int BYTES = 148;
    static final int MAC1_OFFSET = 116;
    static final int MAC2_OFFSET = 132;
    private static final int KEY_BYTES = 32;
    private static final int TAG_BITS = 128;
    private static final int TAG_BYTES = 16;
    /// TAI64 label of the Unix epoch, with the 10 leap seconds that the label is defined with.
    private static final long TAI64_EPOCH = 0x400000000000000aL;

    private static final byte[] INITIAL_CHAINING_KEY = NoiseHash.hash(ascii("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"));
    private static final byte[] INITIAL_HASH =
            NoiseHash.hash(INITIAL_CHAINING_KEY, ascii("WireGuard v1 zx2c4 Jason@zx2c4.com"));

    private final byte[] responder;
    private final byte[] responderHash;
    private final byte[] mac1Key;
    private final SecureRandom random = new SecureRandom();

    /// @param responderPublicKey base64
    public InitiationFactory(String responderPublicKey) {
        responder = Base64.getDecoder().decode(responderPublicKey);
        responderHash = NoiseHash.hash(INITIAL_HASH, responder);
        mac1Key = NoiseHash.hash(ascii("mac1----"), responder);
    }

    /// An initiator's public key and what it shares with the responder: the dear part, done once. Immutable.
    public static final class Initiator {
        private final byte[] publicKey;
        private final byte[] sharedSecret;

        private Initiator(byte[] publicKey, byte[] sharedSecret) {
            this.publicKey = publicKey;
            this.sharedSecret = sharedSecret;
        }
    }

    /// Prepares one initiator.
    ///
    /// @param privateKey base64
    public Initiator initiator(String privateKey) {
        byte[] secret = Base64.getDecoder().decode(privateKey);
        byte[] open = new byte[KEY_BYTES];
        X25519.generatePublicKey(secret, 0, open, 0);
        return new Initiator(open, agree(secret));
    }

    /// A complete initiation with mac1 and an empty mac2.
    ///
    /// @param senderIndex comes back in the response
    /// @param epochNanos must grow from one initiation of an initiator to the next
    public byte[] create(Initiator initiator, int senderIndex, long epochNanos) {
        byte[] ephemeralSecret = new byte[KEY_BYTES];
        byte[] ephemeral = new byte[KEY_BYTES];
        X25519.generatePrivateKey(random, ephemeralSecret);
        X25519.generatePublicKey(ephemeralSecret, 0, ephemeral, 0);

        byte[] hash = NoiseHash.hash(responderHash, ephemeral);
        byte[] chain = NoiseHash.kdf(INITIAL_CHAINING_KEY, ephemeral)[0];
        byte[][] first = NoiseHash.kdf(chain, agree(ephemeralSecret));
        byte[] sealedStatic = seal(first[1], hash, initiator.publicKey);
        hash = NoiseHash.hash(hash, sealedStatic);
        byte[][] second = NoiseHash.kdf(first[0], initiator.sharedSecret);
        byte[] sealedTime = seal(second[1], hash, tai64n(epochNanos));

        ByteBuffer message = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(1).putInt(senderIndex).put(ephemeral).put(sealedStatic).put(sealedTime);
        return withMac1(message.array());
    }

    /// Random bytes with a valid mac1: what anybody who knows the public key can make for next to nothing, and what
    /// makes
    /// the responder work.
    public byte[] createForged(Random dice) {
        byte[] message = new byte[BYTES];
        dice.nextBytes(message);
        ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 1);
        for (int i = MAC2_OFFSET; i < BYTES; i++) {
            message[i] = 0;
        }
        return withMac1(message);
    }

    private byte[] withMac1(byte[] message) {
        byte[] mac = NoiseHash.mac(mac1Key, Arrays.copyOf(message, MAC1_OFFSET));
        System.arraycopy(mac, 0, message, MAC1_OFFSET, mac.length);
        return message;
    }

    private byte[] agree(byte[] secret) {
        byte[] shared = new byte[KEY_BYTES];
        X25519.scalarMult(secret, 0, responder, 0, shared, 0);
        return shared;
    }

    private static byte[] seal(byte[] key, byte[] additional, byte[] plain) {
        var cipher = new ChaCha20Poly1305();
        cipher.init(true, new AEADParameters(new KeyParameter(key), TAG_BITS, new byte[12], additional));
        byte[] out = new byte[plain.length + TAG_BYTES];
        int length = cipher.processBytes(plain, 0, plain.length, out, 0);
        try {
            cipher.doFinal(out, length);
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("sealing cannot fail", e);
        }
        return out;
    }

    private static byte[] tai64n(long epochNanos) {
        long second = 1_000_000_000L;
        return ByteBuffer.allocate(12)
                .putLong(TAI64_EPOCH + epochNanos / second)
                .putInt((int) (epochNanos % second))
                .array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
