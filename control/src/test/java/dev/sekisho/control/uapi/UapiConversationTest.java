package dev.sekisho.control.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.ConfigurationException;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.PeerStatus;
import dev.sekisho.policy.Cidr;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UapiConversationTest {
    private static final String A = "aa".repeat(32);
    private static final String B = "0b".repeat(32);
    private static final String ZERO = "00".repeat(32);
    private static final String OK = "errno=0\n\n";

    private final MemoryDevice device = new MemoryDevice("sktest0");

    @Test
    void getOfUnconfiguredDeviceIsEmpty() throws IOException {
        assertThat(talk("get=1\n\n")).isEqualTo(OK);
    }

    @Test
    void setAndGetAgreeOnEveryKey() throws IOException {
        String configuration = """
                private_key=%1$s
                listen_port=51820
                fwmark=4294967295
                %3$spublic_key=%2$s
                preshared_key=%1$s
                """;
        String more = """
                endpoint=[fe80::1%7]:9
                persistent_keepalive_interval=25
                replace_allowed_ips=true
                allowed_ip=10.0.0.0/8
                allowed_ip=fd00::/8
                protocol_version=1

                """;
        String answer = talk("set=1\n" + configuration.formatted(A, B, "replace_peers=true\n") + more + "get=1\n\n");
        String rest = """
                protocol_version=1
                endpoint=[fe80::1%7]:9
                last_handshake_time_sec=0
                last_handshake_time_nsec=0
                tx_bytes=0
                rx_bytes=0
                persistent_keepalive_interval=25
                allowed_ip=10.0.0.0/8
                allowed_ip=fd00::/8
                """;
        assertThat(answer).isEqualTo(OK + configuration.formatted(A, B, "") + rest + OK);
    }

    @Test
    void countersAndHandshakeTimeAreReported() throws IOException {
        talk("set=1\npublic_key=" + A + "\n\n");
        device.count(PublicKey.parseHex(A), 1_700_000_000_000_000_007L, 1L << 40, 5);
        assertThat(talk("get=1\n\n"))
                .contains("last_handshake_time_sec=1700000000\nlast_handshake_time_nsec=7\n")
                .contains("tx_bytes=5\nrx_bytes=1099511627776\n");
    }

    @Test
    void zeroKeysRemove() throws IOException {
        talk("set=1\nprivate_key=" + A + "\npublic_key=" + B + "\npreshared_key=" + A + "\n\n");
        talk("set=1\nprivate_key=" + ZERO + "\npublic_key=" + B + "\npreshared_key=" + ZERO + "\n\n");
        DeviceStatus status = device.status();
        assertThat(status.privateKey()).isEmpty();
        assertThat(status.peers().getFirst().presharedKey()).isEmpty();
    }

    @Test
    void updateOnlyAddsNobodyAndRemoveRemoves() throws IOException {
        talk("set=1\npublic_key=" + A + "\nupdate_only=true\nallowed_ip=10.0.0.0/8\n\n");
        assertThat(device.status().peers()).isEmpty();
        talk("set=1\npublic_key=" + A + "\npublic_key=" + B + "\n\n");
        talk("set=1\npublic_key=" + A + "\nremove=true\nallowed_ip=10.0.0.0/8\n\n");
        assertThat(device.status().peers()).extracting(PeerStatus::publicKey).containsExactly(PublicKey.parseHex(B));
    }

    @Test
    void allowedIpLinesCountInOrder() throws IOException {
        talk("set=1\npublic_key=" + A + "\nallowed_ip=10.0.0.0/8\nallowed_ip=10.1.0.0/16\n\n");
        assertThat(talk("set=1\npublic_key=" + A + "\nallowed_ip=-10.0.0.0/8\nallowed_ip=-10.2.0.0/16\n"
                        + "allowed_ip=-10.3.0.0/16\nallowed_ip=10.3.0.0/16\nallowed_ip=10.4.0.0/16\n"
                        + "allowed_ip=-10.4.0.0/16\n\n"))
                .isEqualTo(OK);
        assertThat(blocks()).containsExactlyInAnyOrder(Cidr.parse("10.1.0.0/16"), Cidr.parse("10.3.0.0/16"));
        talk("set=1\npublic_key=" + A + "\nallowed_ip=10.5.0.0/16\nreplace_allowed_ips=true\nallowed_ip=::/0\n\n");
        assertThat(blocks()).containsExactly(Cidr.parse("::/0"));
    }

    @Test
    void oneTransactionPerSet() throws IOException {
        StringBuilder text = new StringBuilder("set=1\n");
        for (int i = 0; i < 1000; i++) {
            text.append("public_key=").append(String.format("%064x", i)).append("\nallowed_ip=10.0.0.1/32\n");
        }
        assertThat(talk(text + "\n")).isEqualTo(OK);
        assertThat(device.updates()).isEqualTo(1);
        assertThat(device.status().peers()).hasSize(1000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "private_key=",
                "private_key=zz",
                "private_key=" + "ga" + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "listen_port=65536",
                "listen_port=-1",
                "listen_port=",
                "listen_port=1 ",
                "listen_port=99999999999999999999999",
                "fwmark=4294967296",
                "fwmark=0x1",
                "replace_peers=false",
                "replace_peers=",
                "remove=true",
                "endpoint=1.2.3.4:5",
                "errno=0",
                "tx_bytes=1",
                "nonsense=1",
                "Listen_Port=1",
                "=",
            })
    void badDeviceLinesGetInvalid(String line) throws IOException {
        assertThat(talk("set=1\n" + line + "\nlisten_port=7\n\n")).isEqualTo("errno=-22\n\n");
        assertThat(device.updates()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public_key=00",
                "remove=false",
                "update_only=1",
                "preshared_key=12",
                "endpoint=1.2.3.4",
                "endpoint=example.com:1",
                "endpoint=1.2.3.4:0",
                "endpoint=::1:5",
                "endpoint=[::1]:65536",
                "persistent_keepalive_interval=65536",
                "persistent_keepalive_interval=off",
                "replace_allowed_ips=yes",
                "allowed_ip=10.0.0.0",
                "allowed_ip=10.0.0.0/33",
                "allowed_ip=--10.0.0.0/8",
                "allowed_ip=/8",
                "allowed_ip=-",
                "allowed_ip=::/129",
                "protocol_version=2",
                "listen_port=1",
                "private_key=00",
                "unknown=1",
            })
    void badPeerLinesGetInvalidAndChangeNothing(String line) throws IOException {
        String peer = "public_key=" + A + "\n";
        assertThat(talk("set=1\nlisten_port=5\n" + peer + line + "\n\n")).isEqualTo("errno=-22\n\n");
        assertThat(device.updates()).isZero();
    }

    @Test
    void lineWithoutEqualsSignIsAProtocolError() throws IOException {
        assertThat(talk("set=1\nlisten_port\n\n")).isEqualTo("errno=-71\n\n");
    }

    @Test
    void failedOperationLeavesTheNextOneAlone() throws IOException {
        assertThat(talk("set=1\nbad=1\nworse\n\nset=1\nlisten_port=7\n\nget=1\n\n"))
                .isEqualTo("errno=-22\n\n" + OK + "listen_port=7\n" + OK);
    }

    @Test
    void trailingLineBehindGetIsInvalid() throws IOException {
        assertThat(talk("get=1\nlisten_port=1\n\nget=1\n\n")).isEqualTo("errno=-22\n\n" + OK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello\n\n", "\n", "set=2\n\n", "get=1 \n\n", "GET / HTTP/1.1\r\n\r\n"})
    void somethingElseIsAnsweredOnceAndEnds(String text) throws IOException {
        assertThat(talk(text + "get=1\n\n")).isEqualTo("errno=-71\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "set=1", "set=1\n", "set=1\nlisten_port=7", "set=1\nlisten_port=7\n", "get=1\n", "get"})
    void truncatedOperationIsNeitherAppliedNorAnswered(String text) throws IOException {
        assertThat(talk(text)).isEmpty();
        assertThat(device.updates()).isZero();
    }

    @Test
    void endlessLinesAreRefusedWithoutBeingKept() throws IOException {
        String endless = "listen_port=" + "9".repeat(1 << 20);
        assertThat(talk("set=1\n" + endless + "\n\n" + endless + "\n")).isEqualTo("errno=-22\n\nerrno=-71\n\n");
    }

    @Test
    void tooManyPeersAreRefused() throws IOException {
        StringBuilder text = new StringBuilder("set=1\n");
        for (int i = 0; i <= UapiLimits.MAX_PEERS; i++) {
            text.append("public_key=").append(A).append('\n');
        }
        assertThat(talk(text + "\n")).isEqualTo("errno=-7\n\n");
    }

    @ParameterizedTest
    @CsvSource({"INVALID,-22", "PORT_IN_USE,-98", "REFUSED,-5", "TOO_MANY,-7"})
    void refusalsOfTheDeviceBecomeErrorNumbers(ConfigurationException.Reason reason, int errno) throws IOException {
        device.failWith(new ConfigurationException(reason, "no"));
        assertThat(talk("set=1\nlisten_port=1\n\n")).isEqualTo("errno=" + errno + "\n\n");
    }

    @Test
    void bugOfTheDeviceIsAnsweredToo() throws IOException {
        device.failWith(new IllegalStateException("broken"));
        assertThat(talk("get=1\n\nset=1\n\n")).isEqualTo("errno=-55\n\nerrno=-55\n\n");
    }

    @Test
    void errorsNeverRepeatValues() {
        byte[] line = ("private_key=" + "x".repeat(64)).getBytes(StandardCharsets.US_ASCII);
        try (SetDecoder decoder = new SetDecoder()) {
            assertThatThrownBy(() -> decoder.line(line, 0, line.length))
                    .isInstanceOf(UapiException.class)
                    .hasMessageNotContaining("xx");
        }
    }

    @Test
    void decoderWipesItsKeys() {
        SetDecoder decoder = new SetDecoder();
        byte[] line = ("private_key=" + A).getBytes(StandardCharsets.US_ASCII);
        decoder.line(line, 0, line.length);
        SecretKey key = decoder.finish().privateKey().orElseThrow();
        decoder.close();
        assertThat(key.isWiped()).isTrue();
    }

    @Test
    void slowClientsArriveByteByByte() throws IOException {
        byte[] text = "set=1\nlisten_port=7\n\nget=1\n\n".getBytes(StandardCharsets.US_ASCII);
        InputStream dribble = new ByteArrayInputStream(text) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(1, length));
            }
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new UapiConversation(device, dribble, out).run();
        assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo(OK + "listen_port=7\n" + OK);
    }

    private List<Cidr> blocks() {
        return device.status().peers().getFirst().allowedIps();
    }

    private String talk(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new UapiConversation(device, new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)), out).run();
        return out.toString(StandardCharsets.US_ASCII);
    }
}
