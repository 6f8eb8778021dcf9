package dev.sekisho.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
    private static final String KEY = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";

    @TempDir
    Path directory = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void noCommandIsWrongUsage() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).startsWith("sekisho: which command?\n").contains("sekisho --help");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frobnicate",
                "tunnel",
                "client",
                "tunnel a b",
                "show a b c",
                "genkey x",
                "demo --mebibytes x",
                "tunnel --workers 0 a",
                "client --workers 17 a",
                "client --workers many a",
                "tunnel --workers",
                "userspace --workers -1 a",
                "network",
                "network script --addresses 10.66.0.1/24 --subnets 10.0.1.0/24,10.0.2.0/24 --network-interfaces eth1",
                "network script --addresses 10.66.0.1/24 --interface $(reboot)",
                "network script --addresses 10.66.0.1/24 --masquerade often"
            })
    void wrongUsageIsTwoAndSaysWhereHelpIs(String line) {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).startsWith("sekisho: ").contains("--help");
    }

    /// Values are not repeated: they may be secret.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    usr list | there is no command 'usr'; did you mean user?
                    user lst | there is no command 'lst'; did you mean list?
                    xyzzy -v | there is no command 'xyzzy'
                    up --listn 1 | there is no option --listn; did you mean --listen?
                    user create --pasword=hush | there is no option --pasword; did you mean --password?
                    genkey x y | 'x' is one word too many
                    """)
    void whatThereIsNotIsNamedWithWhatWasMeant(String line, String sentence) {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).startsWith("sekisho: " + sentence + "\n").doesNotContain("hush");
    }

    @Test
    void helpIsFine() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .contains("genkey", "pubkey", "genpsk", "tunnel", "client", "show", "demo", "Exit codes")
                .doesNotContain("userspace", "demo-peer");
    }

    @Test
    void missingFileIsOneSentence() {
        assertThat(run("tunnel", directory.resolve("none.conf").toString())).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("sekisho: " + directory.resolve("none.conf") + ": no such file\n");
    }

    @Test
    void badFileNamesLineAndNeverTheKey() throws IOException {
        Path file = directory.resolve("sktest9.conf");
        Files.writeString(file, "[Interface]\nPrivateKye = " + KEY + "\n");
        assertThat(run("client", file.toString())).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("sekisho: " + file + ":2: unknown key 'PrivateKye' in [Interface]; allowed are PrivateKey")
                .doesNotContain(KEY)
                .hasLineCount(1);
    }

    @Test
    void badInterfaceNameIsRefused() throws IOException {
        Path file = directory.resolve("sktest9.conf");
        Files.writeString(file, "[Interface]\n");
        assertThat(run("tunnel", "--interface", "no/slash", file.toString())).isEqualTo(1);
        assertThat(run("userspace", "much-too-long-a-name")).isEqualTo(1);
        assertThat(err.toString()).contains("an interface name is 1 to 15 letters");
    }

    @Test
    void workersAreCounted() {
        assertThat(run("tunnel", "--workers", "17", "x.conf")).isEqualTo(2);
        assertThat(err.toString()).startsWith("sekisho: --workers is a number from 1 to 16, not 17\n");
        assertThat(run("tunnel", "--help")).isZero();
        assertThat(out.toString()).contains("--workers=N");
        for (String workers : new String[] {"1", "16"}) {
            assertThat(run(
                            "client",
                            "--workers",
                            workers,
                            directory.resolve("none.conf").toString()))
                    .isEqualTo(1);
        }
    }

    @Test
    void scriptsOfTheGatewayArePrinted() {
        assertThat(printed("network", "script", "--addresses", "10.66.0.1/24", "--subnets", "10.0.1.0/24"))
                .startsWith("#!/bin/sh\n# Gateway of the tunnel sk0: up.")
                .contains("table inet sekisho_sk0", "ip saddr 10.66.0.0/24 ip daddr 10.0.1.0/24");
        assertThat(printed(
                        "network",
                        "script",
                        "--addresses",
                        "10.66.0.1/24",
                        "--interface",
                        "sk7",
                        "--iptables",
                        "--down"))
                .startsWith("#!/bin/sh\n# Gateway of the tunnel sk7: down.")
                .contains("remove iptables filter FORWARD SEKISHO-FWD-sk7");
    }

    @Test
    void aGatewayOfWhichNobodySaysAnythingNeedsAServer() {
        for (String verb : new String[] {"up", "down", "script"}) {
            assertThat(run("network", verb, "--state", directory.toString())).isEqualTo(1);
            assertThat(err.toString()).contains("no server answers", "sekisho up");
        }
    }

    /// Said once, in the policy file: the script is the one that the options would have made.
    @Test
    void theGatewayIsTakenFromThePolicyFile() throws IOException {
        Path policy = Files.writeString(directory.resolve("policy.yaml"), """
                network: {interface: sk3, listen: 5555, addresses: [10.66.0.1/24, "fd00:66::1/64"], privateKeyFile: none.key,
                  subnets: [10.0.1.0/24, 10.0.2.0/24], networkInterfaces: [eth1, eth2]}
                """);
        String script = printed("network", "script", "--policy", policy.toString());
        assertThat(script)
                .isEqualTo(printed(
                        "network",
                        "script",
                        "--interface",
                        "sk3",
                        "--listen",
                        "5555",
                        "--addresses",
                        "10.66.0.1/24,fd00:66::1/64",
                        "--subnets",
                        "10.0.1.0/24,10.0.2.0/24",
                        "--network-interfaces",
                        "eth1,eth2"));
        assertThat(directory.resolve("none.key")).as("a question makes no key").doesNotExist();
        assertThat(printed("network", "script", "--policy", policy.toString(), "--interface", "sk4"))
                .startsWith("#!/bin/sh\n# Gateway of the tunnel sk4: up.")
                .contains("hand-off  sk4h");
        assertThat(run("network", "script", "--policy", policy.toString(), "--subnets", "10.0.3.0/24"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("change them in the file");
        assertThat(run(
                        "network",
                        "script",
                        "--policy",
                        directory.resolve("gone.yaml").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no such file");
    }

    @Test
    void unknownInterfaceAndFieldAreTold() {
        assertThat(run("show", "sknobody7")).isEqualTo(1);
        assertThat(err.toString()).startsWith("sekisho: Unable to access interface sknobody7: ");
        assertThat(run("show", "sknobody7", "colour")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown field 'colour'");
    }

    @Test
    void generatedKeysAreKeys() {
        String first = standardOutput("", "genkey");
        String second = standardOutput("", "genpsk");
        assertThat(first).matches("[A-Za-z0-9+/]{43}=\n").isNotEqualTo(second);
        assertThat(second).matches("[A-Za-z0-9+/]{43}=\n");
        assertThat(standardOutput(first, "pubkey")).matches("[A-Za-z0-9+/]{43}=\n");
    }

    @Test
    void publicKeyIsThatOfRfc7748() {
        assertThat(standardOutput("dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n \n", "pubkey"))
                .isEqualTo("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCp=",
                "!wdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo="
            })
    void badKeysAreRefusedInTheWordsOfWg(String input) {
        assertThat(standardOutput(input, "pubkey")).isEmpty();
        assertThat(err.toString()).isEqualTo("sekisho: Key is not the correct length or format\n");
    }

    @Test
    void trailingCharactersAreRefusedInTheWordsOfWg() {
        assertThat(standardOutput(KEY + "x", "pubkey")).isEmpty();
        assertThat(err.toString()).isEqualTo("sekisho: Trailing characters found after key\n");
    }

    /// A start makes the parser of its own word only; it must be the same as in the parser of all.
    @Test
    void theParserOfOneWordIsThatOfAll() {
        Words words = new Words(Map.of());
        CommandLine all = words.parser();
        all.getSubcommands().forEach((word, whole) -> {
            CommandLine one =
                    Objects.requireNonNull(words.parser(word).getSubcommands().get(word));
            assertThat(help(one)).as(word).isEqualTo(help(whole));
        });
        assertThat(words.parser("secrets").getSubcommands()).containsKeys("secret", "secrets");
        assertThat(words.parser("up").getSubcommands()).hasSize(1);
        assertThat(words.parser("no-such-word").getSubcommands()).hasSameSizeAs(all.getSubcommands());
        assertThat(words.parser("help").getSubcommands()).hasSameSizeAs(all.getSubcommands());
    }

    private static String help(CommandLine command) {
        StringBuilder text = new StringBuilder(command.getUsageMessage());
        command.getSubcommands().values().forEach(below -> text.append(help(below)));
        return text.toString();
    }

    @Test
    void logLinesAreFilledInPlainly() {
        assertThat(ConsoleLoggers.format("port {0} of {1}, it''s {2}", 51820, "x", null))
                .isEqualTo("port 51820 of x, it's null");
        assertThat(ConsoleLoggers.format("{7} {x} {", 1)).isEqualTo("{7} {x} {");
        assertThat(ConsoleLoggers.format("{0,number,000}", 7)).isEqualTo("007");
        assertThat(ConsoleLoggers.level("verbose")).isEqualTo(System.Logger.Level.DEBUG);
        assertThat(ConsoleLoggers.level("silent")).isEqualTo(System.Logger.Level.OFF);
        assertThat(ConsoleLoggers.level("nonsense")).isEqualTo(System.Logger.Level.INFO);
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    /// Runs a command with these words on standard input and returns what it wrote to standard output.
    /// What a command prints.
    private String printed(String... arguments) {
        out.getBuffer().setLength(0);
        run(arguments);
        return out.toString();
    }

    private String standardOutput(String input, String... arguments) {
        var in = System.in;
        var stdout = System.out;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.US_ASCII)));
        System.setOut(new PrintStream(captured, true, StandardCharsets.US_ASCII));
        try {
            run(arguments);
        } finally {
            System.setIn(in);
            System.setOut(stdout);
        }
        return captured.toString(StandardCharsets.US_ASCII);
    }
}
