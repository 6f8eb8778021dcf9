package dev.sekisho.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class X25519Test {
    private final X25519 x25519 = new X25519();

    @Test
    void computesTheVectorsOfRfc7748() {
        List<byte[]> scalars = Vectors.values("rfc/rfc7748-x25519.txt", "INPUT_SCALAR");
        List<byte[]> points = Vectors.values("rfc/rfc7748-x25519.txt", "INPUT_U");
        List<byte[]> results = Vectors.values("rfc/rfc7748-x25519.txt", "OUTPUT_U");
        assertThat(scalars).hasSize(3);
        for (int i = 0; i < scalars.size(); i++) {
            assertThat(multiply(scalars.get(i), points.get(i))).isEqualTo(results.get(i));
        }
    }

    @Test
    void computesAThousandIterationsOfRfc7748() {
        byte[] k = new byte[32];
        k[0] = 9;
        byte[] u = k.clone();
        for (int i = 0; i < 1000; i++) {
            byte[] next = multiply(k, u);
            u = k;
            k = next;
        }
        assertThat(k).isEqualTo(Vectors.hex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"));
    }

    /// Wycheproof marks as "acceptable" what a library may refuse: points on the twist and non-canonical
    /// points, which RFC 7748 wants computed, and points of low order. We compute all of them; exactly those
    /// whose product is zero give false, and zeros.
    @Test
    void agreesWithWycheproof() {
        for (Vectors.Wycheproof vector : Vectors.wycheproof("x25519_test.json")) {
            byte[] expected = vector.bytes("shared");
            byte[] out = new byte[32];
            boolean useful = x25519.scalarMult(vector.bytes("private"), vector.bytes("public"), out);
            assertThat(out).as("test %d", vector.id()).isEqualTo(expected);
            assertThat(useful).as("test %d", vector.id()).isEqualTo(!ConstantTime.isZero(expected));
            assertThat(useful).as("test %d", vector.id()).isEqualTo(!vector.hasFlag("ZeroSharedSecret"));
        }
    }

    @Test
    void agreesWithBouncyCastleOnRandomInput() {
        SplittableRandom random = new SplittableRandom(25519);
        byte[] expected = new byte[32];
        byte[] out = new byte[32];
        for (int i = 0; i < 300; i++) {
            byte[] scalar = randomBytes(random, 32);
            byte[] u = randomBytes(random, 32);
            org.bouncycastle.math.ec.rfc7748.X25519.scalarMult(scalar, 0, u, 0, expected, 0);
            x25519.scalarMult(scalar, u, out);
            assertThat(out).isEqualTo(expected);
            org.bouncycastle.math.ec.rfc7748.X25519.scalarMultBase(scalar, 0, expected, 0);
            x25519.publicKey(scalar, out);
            assertThat(out).isEqualTo(expected);
        }
    }

    @Test
    void derivesPublicKeysOfEdgeScalars() {
        byte[] expected = new byte[32];
        byte[] out = new byte[32];
        for (int fill : new int[] {0x00, 0xff, 0x80, 0x7f, 0x08, 0x88, 0x77, 0x01}) {
            byte[] scalar = new byte[32];
            Arrays.fill(scalar, (byte) fill);
            org.bouncycastle.math.ec.rfc7748.X25519.scalarMultBase(scalar, 0, expected, 0);
            x25519.publicKey(scalar, out);
            assertThat(out).as("scalar of bytes %02x", fill).isEqualTo(expected);
        }
    }

    @Test
    void writesOverItsInput() {
        byte[] scalar = Vectors.values("rfc/rfc7748-x25519.txt", "INPUT_SCALAR").getFirst();
        byte[] u = Vectors.values("rfc/rfc7748-x25519.txt", "INPUT_U").getFirst();
        byte[] expected = multiply(scalar, u);
        x25519.scalarMult(scalar, u, u);
        assertThat(u).isEqualTo(expected);
    }

    @Test
    void refusesLowOrderPointsWithZeros() {
        byte[] scalar = Vectors.values("rfc/rfc7748-x25519.txt", "INPUT_SCALAR").getFirst();
        byte[] out = {
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
        };
        assertThat(x25519.scalarMult(scalar, new byte[32], out)).isFalse();
        assertThat(out).isEqualTo(new byte[32]);
    }

    @Test
    void refusesWrongLengths() {
        assertThatThrownBy(() -> x25519.scalarMult(new byte[31], new byte[32], new byte[32]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> x25519.scalarMult(new byte[32], new byte[33], new byte[32]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> x25519.publicKey(new byte[32], new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> X25519.clamp(new byte[1])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void clampsAsRfc7748Says() {
        byte[] scalar = new byte[32];
        Arrays.fill(scalar, (byte) 0xff);
        X25519.clamp(scalar);
        assertThat(scalar[0]).isEqualTo((byte) 0xf8);
        assertThat(scalar[31]).isEqualTo((byte) 0x7f);
        scalar = new byte[32];
        X25519.clamp(scalar);
        assertThat(scalar[31]).isEqualTo((byte) 0x40);
    }

    private static byte[] randomBytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] multiply(byte[] scalar, byte[] u) {
        byte[] out = new byte[32];
        x25519.scalarMult(scalar, u, out);
        return out;
    }
}
