package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerConfigTest {
    private static final Path STATE = Path.of("/standard");

    @TempDir
    Path directory = Path.of("");

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("sekisho.yaml"), text);
    }

    private ServerOptions read(String text, Map<String, String> environment, Map<String, String> options)
            throws IOException {
        return ServerConfig.read(Optional.of(file(text)), environment, options, STATE);
    }

    @Test
    void anEmptyFileGivesTheDefaults() throws Exception {
        ServerOptions options = read("# nothing\n", Map.of(), Map.of());
        assertThat(options.listen().getPort()).isEqualTo(8443);
        assertThat(options.listen().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(options.state()).isEqualTo(STATE);
        assertThat(options.database()).isEmpty();
        assertThat(options.tunnel()).isTrue();
        assertThat(options.hostNames()).contains("localhost");
    }

    @Test
    void theFileIsRead() throws Exception {
        ServerOptions options = read("""
            listen: "[::1]:9443"
            state: /srv/sekisho
            databaseUrl: jdbc:postgresql://db/sekisho
            names: [portal.example, 192.0.2.7]
            publicAddress: vpn.example
            certificate: /etc/tls/chain.pem
            certificateKey: /etc/tls/key.pem
            tunnel: false
            places: /srv/geo/city.mmdb
            """, Map.of(), Map.of());
        assertThat(options.listen().getPort()).isEqualTo(9443);
        assertThat(options.state()).isEqualTo(Path.of("/srv/sekisho"));
        assertThat(options.database()).contains("jdbc:postgresql://db/sekisho");
        assertThat(options.hostNames()).startsWith("vpn.example", "portal.example", "192.0.2.7");
        assertThat(options.certificatePlace().given()).isTrue();
        assertThat(options.tunnel()).isFalse();
        assertThat(options.places()).contains(Path.of("/srv/geo/city.mmdb"));
        assertThat(read("", Map.of("SEKISHO_PLACES", "/env.mmdb"), Map.of()).places())
                .contains(Path.of("/env.mmdb"));
        assertThat(read("", Map.of(), Map.of()).places()).isEmpty();
    }

    @Test
    void optionsWinOverTheEnvironmentAndThatOverTheFile() throws Exception {
        String text = "listen: 0.0.0.0:1\nstate: /file\npublicAddress: file.example\n";
        Map<String, String> environment = Map.of(
                "SEKISHO_LISTEN",
                "0.0.0.0:2",
                "SEKISHO_STATE",
                "/environment",
                "SEKISHO_PUBLIC_ADDRESS",
                "env.example");
        ServerOptions options = read(text, environment, Map.of("listen", "0.0.0.0:3"));
        assertThat(options.listen().getPort()).isEqualTo(3);
        assertThat(options.state()).isEqualTo(Path.of("/environment"));
        assertThat(options.publicAddress()).contains("env.example");
    }

    @Test
    void theEnvironmentNamesTheFile() throws Exception {
        Path file = file("listen: 0.0.0.0:77\n");
        assertThat(ServerConfig.read(Optional.empty(), Map.of("SEKISHO_CONFIG", file.toString()), Map.of(), STATE)
                        .listen()
                        .getPort())
                .isEqualTo(77);
    }

    @ParameterizedTest
    @CsvSource({
        "'colour: red', there is no key colour",
        "'listen: {a: b}', listen must be one value",
        "'listen: 1\nlisten: 2', is not YAML",
        "'listen: [', is not YAML",
        "'just text', must be keys with values",
        "'certificate: /a', certificate and certificateKey go together",
        "'tunnel: maybe', tunnel is true or false",
        "'names: [\"a b\"]', is no host name",
        "'names: [[a]]', names must be one value",
        "'publicAddress: https://x', is no host name",
        "'!!javax.script.ScriptEngineManager []', is not YAML"
    })
    void whatCantBeUsedIsNamed(String text, String sentence) {
        assertThatThrownBy(() -> read(text.replace("\\n", "\n"), Map.of(), Map.of()))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void aPasswordIsNotRepeated() {
        assertThatThrownBy(() -> read("databaseUrl: \"jdbc:postgresql://u:hunter2@db\n", Map.of(), Map.of()))
                .isInstanceOf(ServerException.class)
                .hasNoCause()
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void aNamedFileMustBeThere() {
        assertThatThrownBy(
                        () -> ServerConfig.read(Optional.of(directory.resolve("no.yaml")), Map.of(), Map.of(), STATE))
                .hasMessageContaining("no such file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "1.2.3.4",
                "1.2.3.4:",
                "1.2.3.4:65536",
                "portal.example:1",
                "::1:8443",
                "1.2.3.4:-1",
                "[::1"
            })
    void oddAddressesAreRefused(String text) {
        assertThatThrownBy(() -> ServerConfig.listen(text)).isInstanceOf(ServerException.class);
    }

    @ParameterizedTest
    @CsvSource({"8443, 8443", "':1', 1", "'*:2', 2", "localhost:3, 3", "127.0.0.1:4, 4", "'[::]:5', 5", "0.0.0.0:0, 0"})
    void addressesAreRead(String text, int port) {
        assertThat(ServerConfig.listen(text).getPort()).isEqualTo(port);
    }
}
