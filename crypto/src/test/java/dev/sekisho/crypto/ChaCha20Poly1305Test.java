package dev.sekisho.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Published vectors, once per kernel.
final class ChaCha20Poly1305Test {
    static Stream<Kernel> kernels() {
        return Kernels.all();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void sealsTheExampleOfRfc8439(Kernel kernel) {
        String text = "Ladies and Gentlemen of the class of '99: "
                + "If I could offer you only one tip for the future, sunscreen would be it.";
        byte[] plaintext = text.getBytes(StandardCharsets.US_ASCII);
        SecretKey key =
                SecretKey.copyOf(Vectors.hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"), 0);
        byte[] nonce = Vectors.hex("070000004041424344454647");
        byte[] aad = Vectors.hex("50515253c0c1c2c3c4c5c6c7");
        byte[] sealed = aead(kernel).seal(key, nonce, aad, plaintext);
        assertThat(sealed).startsWith(Vectors.hex("d31a8d34648e60db7b86afbc53ef7ec2"));
        assertThat(sealed).endsWith(Vectors.hex("1ae10b594f09e26a7e902ecbd0600691"));
        assertThat(aead(kernel).open(key, nonce, aad, sealed)).isEqualTo(plaintext);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void makesTheKeyStreamOfRfc8439(Kernel kernel) {
        List<byte[]> keys = Vectors.values("rfc/rfc7539-chacha20.txt", "KEY");
        List<byte[]> nonces = Vectors.values("rfc/rfc7539-chacha20.txt", "NONCE");
        List<byte[]> plaintexts = Vectors.values("rfc/rfc7539-chacha20.txt", "PLAINTEXT");
        List<byte[]> ciphertexts = Vectors.values("rfc/rfc7539-chacha20.txt", "CIPHERTEXT");
        int[] blocks = {0, 1, 42};
        assertThat(keys).hasSize(blocks.length);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stream = arena.allocate(Kernel.PASS_BYTES, 64);
            for (int i = 0; i < blocks.length; i++) {
                byte[] text = plaintexts.get(i);
                MemorySegment data = arena.allocate(text.length);
                data.copyFrom(MemorySegment.ofArray(text));
                byte[] nonce = nonces.get(i);
                int[] state = new int[ChaCha20.STATE_WORDS];
                ChaCha20.prepare(
                        state,
                        SecretKey.copyOf(keys.get(i), 0),
                        (int) Bytes.INT.get(nonce, 0),
                        (int) Bytes.INT.get(nonce, 4),
                        (int) Bytes.INT.get(nonce, 8));
                kernel.keyStream(state, blocks[i], text.length, new int[ChaCha20.STATE_WORDS], stream, 0);
                kernel.xor(stream, 0, data, 0, data, 0, text.length);
                assertThat(data.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(ciphertexts.get(i));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void agreesWithWycheproof(Kernel kernel) {
        ChaCha20Poly1305 aead = aead(kernel);
        for (Vectors.Wycheproof vector : Vectors.wycheproof("chacha20_poly1305_test.json")) {
            if (vector.bytes("iv").length != Aead.NONCE_BYTES) {
                assertThat(vector.result()).isEqualTo("invalid");
                assertThat(refusesNonce(aead, vector.bytes("iv"))).isTrue();
                continue;
            }
            SecretKey key = SecretKey.copyOf(vector.bytes("key"), 0);
            byte[] sealed = concat(vector.bytes("ct"), vector.bytes("tag"));
            byte[] opened = aead.open(key, vector.bytes("iv"), vector.bytes("aad"), sealed);
            if (vector.isValid()) {
                assertThat(opened).as("test %d", vector.id()).isEqualTo(vector.bytes("msg"));
                assertThat(aead.seal(key, vector.bytes("iv"), vector.bytes("aad"), vector.bytes("msg")))
                        .as("test %d", vector.id())
                        .isEqualTo(sealed);
            } else {
                assertThat(opened).as("test %d", vector.id()).isNull();
            }
        }
    }

    @Test
    void agreesWithWycheproofOnLongNonces() {
        for (Vectors.Wycheproof vector : Vectors.wycheproof("xchacha20_poly1305_test.json")) {
            SecretKey key = SecretKey.copyOf(vector.bytes("key"), 0);
            byte[] nonce = vector.bytes("iv");
            if (nonce.length != XChaCha20Poly1305.NONCE_BYTES) {
                assertThat(vector.result()).isEqualTo("invalid");
                continue;
            }
            byte[] sealed = concat(vector.bytes("ct"), vector.bytes("tag"));
            byte[] opened = XChaCha20Poly1305.open(key, nonce, vector.bytes("aad"), sealed);
            if (vector.isValid()) {
                assertThat(opened).as("test %d", vector.id()).isEqualTo(vector.bytes("msg"));
                assertThat(XChaCha20Poly1305.seal(key, nonce, vector.bytes("aad"), vector.bytes("msg")))
                        .as("test %d", vector.id())
                        .isEqualTo(sealed);
            } else {
                assertThat(opened).as("test %d", vector.id()).isNull();
            }
        }
    }

    private static boolean refusesNonce(ChaCha20Poly1305 aead, byte[] nonce) {
        try {
            aead.seal(SecretKey.copyOf(new byte[32], 0), nonce, new byte[0], new byte[0]);
            return false;
        } catch (IllegalArgumentException expected) {
            return true;
        }
    }

    private static ChaCha20Poly1305 aead(Kernel kernel) {
        return new ChaCha20Poly1305(kernel, Arena.ofAuto());
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
