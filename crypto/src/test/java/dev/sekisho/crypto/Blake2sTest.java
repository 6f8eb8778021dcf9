package dev.sekisho.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.junit.jupiter.api.Test;

final class Blake2sTest {
    @Test
    void hashesTheExampleOfRfc7693() {
        assertThat(Blake2s.hash(new byte[] {'a', 'b', 'c'}))
                .isEqualTo(Vectors.hex("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"));
    }

    @Test
    void hashesTheKnownAnswersOfTheReference() {
        List<byte[]> inputs = Vectors.values("blake2/blake2s-kat.txt", "in");
        List<byte[]> keys = Vectors.values("blake2/blake2s-kat.txt", "key");
        List<byte[]> hashes = Vectors.values("blake2/blake2s-kat.txt", "hash");
        assertThat(inputs).hasSize(256);
        for (int i = 0; i < inputs.size(); i++) {
            assertThat(Blake2s.keyedHash(32, keys.get(i), inputs.get(i))).isEqualTo(hashes.get(i));
        }
    }

    @Test
    void agreesWithBouncyCastleForAnyLengthKeyAndSplit() {
        SplittableRandom random = new SplittableRandom(7693);
        Blake2s blake2s = new Blake2s();
        for (int length = 0; length < 600; length++) {
            byte[] input = randomBytes(random, length);
            byte[] key = randomBytes(random, random.nextInt(33));
            int hashBytes = 1 + random.nextInt(32);
            Blake2sDigest oracle = new Blake2sDigest(key.length == 0 ? null : key, hashBytes, null, null);
            oracle.update(input, 0, length);
            byte[] expected = new byte[hashBytes];
            oracle.doFinal(expected, 0);
            blake2s.reset(hashBytes, key);
            int at = 0;
            while (at < length) {
                int part = Math.min(length - at, random.nextInt(150));
                blake2s.update(input, at, part);
                at += part;
            }
            byte[] actual = new byte[hashBytes + 2];
            blake2s.digest(actual, 1);
            assertThat(java.util.Arrays.copyOfRange(actual, 1, hashBytes + 1)).isEqualTo(expected);
            assertThat(actual[0]).isZero();
            assertThat(actual[hashBytes + 1]).isZero();
        }
    }

    @Test
    void hashesPartsAsOneInput() {
        assertThat(Blake2s.hash(new byte[] {1, 2}, new byte[0], new byte[] {3}))
                .isEqualTo(Blake2s.hash(new byte[] {1, 2, 3}));
    }

    @Test
    void refusesBadArguments() {
        Blake2s blake2s = new Blake2s();
        assertThatThrownBy(() -> blake2s.reset(0, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> blake2s.reset(33, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> blake2s.reset(32, new byte[33])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> blake2s.update(new byte[4], 2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> blake2s.reset().digest(new byte[31], 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static byte[] randomBytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
