package dev.sekisho.dataplane.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.dataplane.testkit.Seeds;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {
    private final SplittableRandom random = Seeds.random();

    @Test
    void readsWhatItPrints() {
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[40];
            random.nextBytes(bytes);
            PublicKey key = PublicKey.of(bytes, 5);
            assertThat(key.bytes()).containsExactly(Arrays.copyOfRange(bytes, 5, 37));
            assertThat(PublicKey.parse(key.toString())).isEqualTo(key).hasSameHashCodeAs(key);
            assertThat(PublicKey.parseHex(HexFormat.of().formatHex(key.bytes())))
                    .isEqualTo(key);
            bytes[5 + i % 32] ^= 1;
            assertThat(PublicKey.of(bytes, 5)).isNotEqualTo(key);
        }
    }

    @Test
    void knowsTheZeroKey() {
        assertThat(PublicKey.of(new byte[32], 0).isZero()).isTrue();
        assertThat(PublicKey.parseHex("00".repeat(31) + "80").isZero()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AAAA",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA*A=",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
            })
    void refusesOtherBase64(String text) {
        assertThatThrownBy(() -> PublicKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "zz00000000000000000000000000000000000000000000000000000000000000"})
    void refusesOtherHex(String text) {
        assertThatThrownBy(() -> PublicKey.parseHex(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
