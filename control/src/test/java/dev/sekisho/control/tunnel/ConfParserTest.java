package dev.sekisho.control.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.policy.Cidr;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfParserTest {
    private static final String KEY = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    private static final String PEER = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

    @Test
    void readsEveryKey() throws IOException {
        TunnelConf conf = parse("""
                # a comment
                [interface]
                PRIVATEKEY = %s
                listenport=51820   # the port
                FwMark = 0xCA6C
                Address = 10.0.0.1/24, fd00::1/64
                Address = 10.9.9.9
                DNS = 1.1.1.1, 2606:4700::1111,example.org
                MTU = 1380
                Table = 1234
                PreUp = echo up %%i; true
                PostUp = a
                PostUp = b
                PreDown = c
                PostDown = d
                SaveConfig = true

                [Peer]
                publickey=%s
                PresharedKey = %s
                AllowedIPs = 10.0.0.2/32,10.1.0.0/16
                AllowedIPs = ::/0
                Endpoint = vpn.example.org:51820
                PersistentKeepalive = 25
                [PEER]
                PublicKey = %s
                AllowedIPs =
                PersistentKeepalive = off
                Endpoint = [2001:db8::1]:1
                """.formatted(KEY, PEER, KEY, KEY));
        InterfaceSection settings = conf.settings();
        assertThat(new String(Keys.base64(settings.privateKey().orElseThrow()), StandardCharsets.US_ASCII))
                .isEqualTo(KEY);
        assertThat(settings.listenPort()).hasValue(51820);
        assertThat(settings.fwmark()).hasValue(0xCA6C);
        assertThat(settings.addresses())
                .map(Object::toString)
                .containsExactly("10.0.0.1/24", "fd00::1/64", "10.9.9.9/32");
        assertThat(settings.dnsServers()).hasSize(2);
        assertThat(settings.dnsSearch()).containsExactly("example.org");
        assertThat(settings.mtu()).hasValue(1380);
        assertThat(settings.table()).contains(new RouteTable.Numbered(1234));
        assertThat(settings.hooks().preUp()).containsExactly("echo up %i; true");
        assertThat(settings.hooks().postUp()).containsExactly("a", "b");
        assertThat(settings.saveConfig()).isTrue();
        assertThat(conf.peers()).hasSize(2);
        PeerSection first = conf.peers().getFirst();
        assertThat(first.publicKey()).hasToString(PEER);
        assertThat(first.presharedKey()).isPresent();
        assertThat(first.allowedIps()).map(Cidr::toString).containsExactly("10.0.0.2/32", "10.1.0.0/16", "::/0");
        assertThat(first.endpoint()).contains(new HostPort("vpn.example.org", 51820));
        assertThat(first.persistentKeepaliveSeconds()).hasValue(25);
        PeerSection second = conf.peers().getLast();
        assertThat(second.allowedIps()).isEmpty();
        assertThat(second.persistentKeepaliveSeconds()).hasValue(0);
        assertThat(second.endpoint().orElseThrow()).hasToString("[2001:db8::1]:1");
    }

    @Test
    void lastOfRepeatedKeysCounts() throws IOException {
        assertThat(parse("[Interface]\nListenPort=1\nListenPort=2\n").settings().listenPort())
                .hasValue(2);
    }

    @Test
    void closingWipesAllKeys() throws IOException {
        TunnelConf conf = parse(
                "[Interface]\nPrivateKey=" + KEY + "\n[Peer]\nPublicKey=" + PEER + "\nPresharedKey=" + KEY + "\n");
        conf.close();
        assertThat(conf.settings().privateKey().orElseThrow().isWiped()).isTrue();
        assertThat(conf.peers().getFirst().presharedKey().orElseThrow().isWiped())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Adress = 10.0.0.1/24 | unknown key 'Adress' in [Interface]; allowed are PrivateKey, ListenPort, FwMark, Address",
                "AllowedIPs = ::/0 | unknown key 'AllowedIPs' in [Interface]",
                "PrivateKey = abc | PrivateKey has to be 44 characters of base64 (32 bytes)",
                "PrivateKey = | PrivateKey has to be 44 characters",
                "ListenPort = 65536 | ListenPort is a number from 0 to 65535, not '65536'",
                "ListenPort = -1 | ListenPort is a number",
                "ListenPort = 99999999999999999999 | ListenPort is a number",
                "FwMark = x | FwMark is off or a number",
                "FwMark = 0x1ffffffff | FwMark is off or a number",
                "Address = 10.0.0.1/33 | prefix length above 32",
                "Address = 10.0.0.1/ | no valid prefix length",
                "Address = example.org | 'example.org' is not an IP address",
                "Address = | Address needs a value",
                "DNS = bad_domain! | DNS lists addresses and search domains",
                "DNS = 1.2.3.4.5 | is not an IP address",
                "MTU = 100 | MTU is a number from 576 to 65455, not '100'",
                "Table = maybe | Table is auto, off or a number, not 'maybe'",
                "Table = 0 | Table 0 is out of range",
                "SaveConfig = yes | SaveConfig is true or false, not 'yes'",
                "PostUp = | PostUp needs a value",
                "nonsense | expected KEY = VALUE or a [Section]",
                "[Interfaces] | unknown section; allowed are [Interface] and [Peer]",
            })
    void namesWhatIsWrongInTheInterface(String line, String problem) {
        assertThatThrownBy(() -> parse("[Interface]\n\n" + line + "\n"))
                .isInstanceOf(ConfException.class)
                .hasMessageStartingWith("test.conf:3: ")
                .hasMessageContaining(problem.strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "ListenPort = 1 | unknown key 'ListenPort' in [Peer]; allowed are PublicKey, PresharedKey, AllowedIPs, Endpoint",
                "PublicKey = short | PublicKey has to be 44 characters",
                "PublicKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= | PublicKey is all zero",
                "PresharedKey = short | PresharedKey has to be 44 characters",
                "AllowedIPs = 10.0.0.0/8,, | is not an IP address",
                "AllowedIPs = 10.0.0.0/99 | prefix length above 32",
                "Endpoint = example.org | an endpoint is HOST:PORT",
                "Endpoint = example.org:0 | no port between 1 and 65535",
                "Endpoint = example.org:http | no port between 1 and 65535",
                "Endpoint = ::1:51820 | an IPv6 endpoint is [ADDRESS]:PORT",
                "Endpoint = a b:1 | no usable host name",
                "PersistentKeepalive = 65536 | PersistentKeepalive is a number from 0 to 65535",
                "PersistentKeepalive = on | PersistentKeepalive is a number",
            })
    void namesWhatIsWrongInAPeer(String line, String problem) {
        assertThatThrownBy(() -> parse("[Interface]\n[Peer]\n" + line + "\n"))
                .isInstanceOf(ConfException.class)
                .hasMessageStartingWith("test.conf:3: ")
                .hasMessageContaining(problem.strip());
    }

    @Test
    void wholeFileProblemsNameTheFile() {
        assertThatThrownBy(() -> parse("")).hasMessage("test.conf: no [Interface] section");
        assertThatThrownBy(() -> parse("ListenPort = 1"))
                .hasMessageStartingWith("test.conf:1: a [Interface] or [Peer]");
        assertThatThrownBy(() -> parse("[Interface]\n[Peer]\nAllowedIPs = ::/0\n[Peer]\nPublicKey = " + PEER))
                .hasMessage("test.conf:2: this [Peer] has no PublicKey");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PrivateKey = " + "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmkx",
                "PrivatKey = " + KEY,
                KEY,
                "PrivateKey " + KEY,
                "PresharedKey = " + KEY,
                "PrivateKey: " + KEY,
            })
    void secretsAreNeverRepeated(String line) {
        assertThatThrownBy(() -> parse("[Interface]\n" + line + "\n"))
                .isInstanceOf(ConfException.class)
                .hasMessageNotContaining("yAnz5TF");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ListenPort = %s",
                "FwMark = %s",
                "Address = %s",
                "Address = %s/24",
                "Address = 10.0.0.1/24, %s",
                "DNS = %s",
                "DNS = %s:1",
                "MTU = %s",
                "Table = %s",
                "Table = x%s",
                "SaveConfig = %s",
                "SaveConfig = true %s",
                "[%s]",
                "%s = 1",
                "PrivateKey = x%s",
                "[Peer]\nAllowedIPs = %s",
                "[Peer]\nAllowedIPs = ::/0, %s/128",
                "[Peer]\nEndpoint = %s",
                "[Peer]\nEndpoint = %s:51820",
                "[Peer]\nEndpoint = [%s]:51820",
                "[Peer]\nEndpoint = example.org:%s",
                "[Peer]\nEndpoint = a:%s:1",
                "[Peer]\nPersistentKeepalive = %s",
                "[Peer]\nPublicKey = x%s",
            })
    void misplacedKeysAreNeverRepeated(String line) {
        String withSlashes = "yAnz5/F+lXXJte14tji3zlMNq+hd2rYU/gJBgB3fBmk=";
        String hex = "c809f3e5317e9575c9b5ed78b638b7ce530dabe85ddab614220241801ddf0669";
        for (String key : new String[] {KEY, withSlashes, hex, hex.toUpperCase(Locale.ROOT)}) {
            assertThatThrownBy(() -> parse("[Interface]\n" + line.formatted(key) + "\n"))
                    .isInstanceOf(ConfException.class)
                    .hasMessageStartingWith("test.conf:")
                    .hasMessageNotContaining(key.substring(0, 5))
                    .hasMessageNotContaining(key.substring(34, 42));
        }
    }

    @Test
    void keysAreHiddenInsideLongerText() {
        assertThat(KeyForm.hidden("echo " + KEY + " | wg set x")).isEqualTo("echo (hidden) | wg set x");
        assertThat(KeyForm.hidden("sysctl -w net.ipv4.ip_forward=1")).isEqualTo("sysctl -w net.ipv4.ip_forward=1");
    }

    @Test
    void secretsReadBeforeAProblemAreWiped() {
        List<SecretKey> made = new ArrayList<>();
        String text = "[Interface]\nPrivateKey=" + KEY + "\n"
                + ("[Peer]\nPublicKey=" + PEER + "\nPresharedKey=" + KEY + "\n").repeat(2);
        assertThatThrownBy(() -> parse(text + "nonsense", made)).isInstanceOf(ConfException.class);
        assertThatThrownBy(() -> parse(text + "[Peer]\nPresharedKey=" + KEY + "\n[Peer]\n", made))
                .isInstanceOf(ConfException.class);
        assertThatThrownBy(() -> parse(text + "[Peer]\nPresharedKey=" + KEY, made))
                .isInstanceOf(ConfException.class);
        assertThatThrownBy(() -> parse(text + "PresharedKey = x", made)).isInstanceOf(ConfException.class);
        assertThat(made).hasSize(3 + 4 + 4 + 3).allMatch(SecretKey::isWiped);
    }

    @Test
    void earlierValueOfARepeatedSecretIsWiped() throws IOException {
        List<SecretKey> made = new ArrayList<>();
        String twice = "PresharedKey=" + KEY + "\nPresharedKey=" + KEY + "\n";
        try (TunnelConf conf = parse(
                "[Interface]\nPrivateKey=" + KEY + "\nPrivateKey=" + KEY + "\n[Peer]\nPublicKey=" + PEER + "\n" + twice,
                made)) {
            assertThat(conf.peers()).hasSize(1);
            assertThat(made).map(SecretKey::isWiped).containsExactly(true, false, true, false);
        }
        assertThat(made).allMatch(SecretKey::isWiped);
    }

    @FuzzTest(maxDuration = "30s")
    void anythingIsReadOrRefused(byte[] input) throws IOException {
        try (TunnelConf conf = parse(new String(input, StandardCharsets.UTF_8))) {
            assertThat(conf.settings()).isNotNull();
        } catch (ConfException e) {
            assertThat(e).hasMessageStartingWith("test.conf");
        }
    }

    private static TunnelConf parse(String text, List<SecretKey> made) throws IOException {
        return ConfParser.parse("test.conf", new BufferedReader(new StringReader(text)), value -> {
            Optional<SecretKey> key = Keys.parse(value);
            key.ifPresent(made::add);
            return key;
        });
    }

    private static TunnelConf parse(String text) throws IOException {
        return ConfParser.parse("test.conf", new BufferedReader(new StringReader(text)));
    }
}
