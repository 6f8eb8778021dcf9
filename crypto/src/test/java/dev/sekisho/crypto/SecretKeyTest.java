package dev.sekisho.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SecretKeyTest {
    private static final Entropy COUNTING = (target, offset, length) -> {
        for (int i = 0; i < length; i++) {
            target[offset + i] = (byte) (i + 1);
        }
    };

    @Test
    void copiesInAndOut() {
        byte[] source = new byte[40];
        COUNTING.fill(source, 0, 40);
        byte[] target = new byte[34];
        SecretKey.copyOf(source, 8).copyTo(target, 1);
        assertThat(Arrays.copyOfRange(target, 1, 33)).isEqualTo(Arrays.copyOfRange(source, 8, 40));
        assertThat(target[0]).isZero();
        assertThat(target[33]).isZero();
    }

    @Test
    void takesEntropy() {
        byte[] bytes = new byte[32];
        SecretKey.generate(COUNTING).copyTo(bytes, 0);
        assertThat(bytes).startsWith(1, 2, 3).endsWith(31, 32);
    }

    @Test
    void comparesByContent() {
        SecretKey a = SecretKey.generate(COUNTING);
        SecretKey b = SecretKey.generate(COUNTING);
        SecretKey zero = SecretKey.copyOf(new byte[32], 0);
        assertThat(a.constantTimeEquals(b)).isTrue();
        assertThat(a.constantTimeEquals(zero)).isFalse();
        assertThat(a.isZero()).isFalse();
        assertThat(zero.isZero()).isTrue();
    }

    @Test
    void refusesEveryUseAfterItWasWiped() {
        SecretKey key = SecretKey.generate(COUNTING);
        assertThat(key.isWiped()).isFalse();
        key.close();
        key.close();
        assertThat(key.isWiped()).isTrue();
        assertThatThrownBy(() -> key.copyTo(new byte[32], 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(key::isZero).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> key.constantTimeEquals(SecretKey.generate(COUNTING)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void showsNothing() {
        SecretKey key = SecretKey.generate(COUNTING);
        assertThat(key.toString()).isEqualTo("SecretKey[hidden]");
        key.close();
        assertThat(key.toString()).isEqualTo("SecretKey[wiped]");
    }

    @Test
    void refusesRangesOutside() {
        SecretKey key = SecretKey.generate(COUNTING);
        assertThatThrownBy(() -> SecretKey.copyOf(new byte[31], 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> SecretKey.copyOf(new byte[33], 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> key.copyTo(new byte[32], 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void systemEntropyFillsExactlyTheRange() {
        byte[] bytes = new byte[100];
        Entropy.system().fill(bytes, 10, 80);
        assertThat(Arrays.copyOf(bytes, 10)).isEqualTo(new byte[10]);
        assertThat(Arrays.copyOfRange(bytes, 90, 100)).isEqualTo(new byte[10]);
        assertThat(ConstantTime.isZero(Arrays.copyOfRange(bytes, 10, 90))).isFalse();
        assertThatThrownBy(() -> Entropy.system().fill(bytes, 90, 11)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void comparesRangesInConstantTime() {
        byte[] a = {1, 2, 3, 4};
        byte[] b = {2, 3, 9, 9};
        assertThat(ConstantTime.equal(a, 1, b, 0, 2)).isTrue();
        assertThat(ConstantTime.equal(a, 1, b, 0, 3)).isFalse();
        assertThat(ConstantTime.equal(a, 4, b, 4, 0)).isTrue();
        assertThatThrownBy(() -> ConstantTime.equal(a, 1, b, 0, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        Wipe.bytes(a, b);
        assertThat(ConstantTime.isZero(a) && ConstantTime.isZero(b)).isTrue();
    }
}
