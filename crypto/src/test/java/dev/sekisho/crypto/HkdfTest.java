package dev.sekisho.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

final class HkdfTest {
    private final Hkdf hkdf = new Hkdf();

    @Test
    void macsLikeBouncyCastle() {
        SplittableRandom random = new SplittableRandom(2104);
        byte[] out = new byte[32];
        for (int i = 0; i < 200; i++) {
            byte[] key = randomBytes(random, i);
            byte[] input = randomBytes(random, random.nextInt(200));
            hkdf.hmac(key, input, out);
            assertThat(out).as("key of %d bytes", i).isEqualTo(hmac(key, input));
        }
    }

    /// WireGuard paper 5.4: t0 = Hmac(key, input), t1 = Hmac(t0, 1), t2 = Hmac(t0, t1 || 2), t3 = Hmac(t0, t2
    /// || 3).
    @Test
    void derivesAsThePaperSays() {
        SplittableRandom random = new SplittableRandom(54);
        for (int i = 0; i < 100; i++) {
            byte[] chainingKey = randomBytes(random, 32);
            byte[] input = randomBytes(random, i % 33);
            byte[] t0 = hmac(chainingKey, input);
            byte[] t1 = hmac(t0, new byte[] {1});
            byte[] t2 = hmac(t0, concat(t1, (byte) 2));
            byte[] t3 = hmac(t0, concat(t2, (byte) 3));
            byte[] out = new byte[96];
            hkdf.derive(chainingKey, input, 3, out);
            assertThat(Arrays.copyOf(out, 32)).isEqualTo(t1);
            assertThat(Arrays.copyOfRange(out, 32, 64)).isEqualTo(t2);
            assertThat(Arrays.copyOfRange(out, 64, 96)).isEqualTo(t3);
            byte[] two = new byte[64];
            hkdf.derive(chainingKey, input, 2, two);
            assertThat(two).isEqualTo(Arrays.copyOf(out, 64));
            hkdf.derive(chainingKey, input, 1, chainingKey);
            assertThat(chainingKey).as("output over the input").isEqualTo(t1);
        }
    }

    @Test
    void refusesBadOutputs() {
        byte[] key = new byte[32];
        assertThatThrownBy(() -> hkdf.derive(key, key, 0, key)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> hkdf.derive(key, key, 4, new byte[128])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> hkdf.derive(key, key, 2, new byte[63])).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] hmac(byte[] key, byte[] input) {
        HMac mac = new HMac(new Blake2sDigest(256));
        mac.init(new KeyParameter(key));
        mac.update(input, 0, input.length);
        byte[] out = new byte[32];
        mac.doFinal(out, 0);
        return out;
    }

    private static byte[] concat(byte[] a, byte last) {
        byte[] both = Arrays.copyOf(a, a.length + 1);
        both[a.length] = last;
        return both;
    }

    private static byte[] randomBytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
