package dev.sekisho.control.show;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.PeerStatus;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTextTest {
    private static final long NOW = 1_700_000_000L;
    private static final PublicKey A = PublicKey.parseHex("aa".repeat(32));
    private static final PublicKey B = PublicKey.parseHex("bb".repeat(32));

    @Test
    void layoutIsThatOfWg() {
        String expected = """
                interface: sktest0
                  public key: qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=
                  private key: (hidden)
                  listening port: 51820
                  fwmark: 0xca6c

                peer: u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7s=
                  preshared key: (hidden)
                  endpoint: [2001:db8::1]:51820
                  allowed ips: 10.0.0.0/8, fd00::/8
                  latest handshake: 1 minute, 1 second ago
                  transfer: 1.00 KiB received, 3 B sent
                  persistent keepalive: every 25 seconds

                peer: qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=
                  allowed ips: (none)
                """;
        assertThat(text(false)).isEqualTo(expected);
    }

    @Test
    void keysAreShownOnlyWhenAskedFor() {
        String key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
        assertThat(text(false)).doesNotContain(key);
        assertThat(text(true)).contains("private key: " + key, "preshared key: " + key);
    }

    @Test
    void dumpHasAllFields() {
        StringBuilder text = new StringBuilder();
        StatusField.DUMP.append(device(), true, text);
        assertThat(text.toString().lines().map(line -> line.split("\t", -1).length))
                .containsExactly(5, 9, 9);
        assertThat(text).contains("\t51820\t0xca6c\n", "\t(none)\t(none)\t(none)\t0\t0\t0\toff\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | Now",
                "1 | 1 second ago",
                "59 | 59 seconds ago",
                "60 | 1 minute ago",
                "3661 | 1 hour, 1 minute, 1 second ago",
                "172800 | 2 days ago",
                "31536001 | 1 year, 1 second ago",
                "-5 | (System clock wound backward; connection problems may ensue.)",
            })
    void agesAreSpelledOut(long age, String expected) {
        assertThat(new Units(new Palette(false)).ago(NOW - age, NOW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0 B",
                "1023 | 1023 B",
                "1024 | 1.00 KiB",
                "1048575 | 1024.00 KiB",
                "1048576 | 1.00 MiB",
                "1610612736 | 1.50 GiB",
                "1099511627776 | 1.00 TiB",
                "9223372036854775807 | 8388608.00 TiB",
            })
    void bytesAreRounded(long count, String expected) {
        assertThat(new Units(new Palette(false)).bytes(count)).isEqualTo(expected);
    }

    private static String text(boolean showKeys) {
        StringBuilder text = new StringBuilder();
        new StatusText(new Palette(false), showKeys, NOW).append(device(), text);
        return text.toString();
    }

    private static DeviceStatus device() {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) 1);
        Optional<SecretKey> key = Optional.of(SecretKey.copyOf(bytes, 0));
        PeerStatus idle = new PeerStatus(A, Optional.empty(), Optional.empty(), 0, 0, 0, 0, List.of());
        PeerStatus busy = new PeerStatus(
                B,
                key,
                Optional.of(Endpoint.parse("[2001:db8::1]:51820")),
                (NOW - 61) * 1_000_000_000L,
                1024,
                3,
                25,
                List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8")));
        return new DeviceStatus("sktest0", key, Optional.of(A), 51820, 0xca6c, List.of(idle, busy));
    }
}
