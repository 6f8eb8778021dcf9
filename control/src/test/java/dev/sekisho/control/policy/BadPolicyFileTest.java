package dev.sekisho.control.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Wrong files and what is said about them: line, key, sentence.
class BadPolicyFileTest {
    private static final String NETWORK = PolicyFileTest.minimal();
    private static final String RESOURCE = resource() + "\n";

    @TempDir
    Path directory = Path.of("");

    /// Text behind the minimal network (line 3 on) and the whole message, without the file's name.
    static String[][] linesAndMessages() {
        String key = PolicyFileTest.ALICE_KEY;
        return new String[][] {
            {
                "colour: red",
                ":3: colour: is not known here; allowed are mfa, network, scan, devices, grants, handoff, resources, roles, users"
            },
            {
                "mfa: {inactivty: 900s}",
                ":3: mfa.inactivty: is not known here; allowed are inactivity, maximumAge, timeout"
            },
            {
                "mfa: {inactivity: 900}",
                ":3: mfa.inactivity: must be a number and a unit (900s, 10m, 12h or 1d), not '900'"
            },
            {"mfa: {inactivity: 0s}", ":3: mfa.inactivity: must be from 1s to 30d, not '0s'"},
            {
                "mfa: {inactivity: 15 m}",
                ":3: mfa.inactivity: must be a number and a unit (900s, 10m, 12h or 1d), not '15 m'"
            },
            {"mfa:\n  timeout: 2h", ":4: mfa.timeout: must be from 1s to 3600s, not '2h'"},
            {"mfa: 900s", ":3: mfa: must be a group of keys (inactivity, maximumAge, timeout), not a single value"},
            {"mfa: []", ":3: mfa: must be a group of keys, not a list"},
            {"mfa: {timeout: }", ":3: mfa.timeout: has no value"},
            {"mfa: {timeout: 1s, timeout: 2s}", ":3: mfa.timeout: is there twice"},
            {"mfa: {timeout: 1s}\nmfa: {timeout: 1s}", ":4: mfa: is there twice"},
            {"scan: {threshold: 0}", ":3: scan.threshold: must be a number from 1 to 1000, not '0'"},
            {"scan: {threshold: +25}", ":3: scan.threshold: must be a number from 1 to 1000, not '+25'"},
            {"scan: {slowThreshold: 1001}", ":3: scan.slowThreshold: must be a number from 1 to 1000, not '1001'"},
            {"users: alice", ":3: users: must be a list"},
            {
                "users: [alice]",
                ":3: users[0]: must be a group of keys (name, permissions, roles, totp), not a single value"
            },
            {"users:\n  - {roles: []}", ":4: users[0].name: is missing"},
            {"users:\n  - {name: a}\n  - {name: a}", ":5: users[1].name: there is another user 'a'"},
            {"users: [{name: a, roles: staff}]", ":3: users[0].roles: must be a list in brackets, such as [one, two]"},
            {"users: [{name: a, roles: [staff]}]", ":3: users[0].roles: there is no role 'staff'"},
            {"users: [{name: a, roles: [[staff]]}]", ":3: users[0].roles[0]: must be a single value, not a list"},
            {
                "users: [{name: a, permissions: [FLY]}]",
                ":3: users[0].permissions[0]: 'FLY' is no permission: there are IP SCAN"
            },
            {
                "users: [{name: a, totp: JBSW Y3DP EHPK 3PXP}]",
                ":3: users[0].totp: base32 is written with A to Z and 2 to 7, without blanks"
            },
            {"users: [{name: a, totp: JBSWY3DPEHPK3PX}]", ":3: users[0].totp: the base32 text is cut off"},
            {
                "users: [{name: a, totp: JBSWY3DP}]",
                ":3: users[0].totp: a TOTP secret has 10 to 64 bytes (16 to 103 characters of base32)"
            },
            {
                "users: [{name: 'a\u202eb'}]",
                ":3: users[0].name: a user name has no control character and no blank at either end"
            },
            {"roles: [{name: a, roles: [b]}]", ":3: roles[0].roles: there is no role 'b'"},
            {"roles:\n- {name: a, roles: [b]}\n- {name: b, roles: [a]}", ":4: roles[0].roles: 'a' is a member of itself"
            },
            {"roles: [{name: a, roles: [a]}]", ":3: roles[0].roles: 'a' is a member of itself"},
            {"roles: [{name: a}, {name: a}]", ":3: roles[1].name: there is another role 'a'"},
            {devices(device("user", "bob")), ":5: devices[0].user: there is no user 'bob'"},
            {devices(device("publicKey", "short")), ":5: devices[0].publicKey: a public key is 44 characters of base64"
            },
            {
                devices(device("publicKey", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
                ":5: devices[0].publicKey: a public key is not all zeros"
            },
            {devices(device("presharedKey", key + "x")), ":5: devices[0].presharedKey: a key is 44 characters of base64"
            },
            {
                devices(device("addresses", "[]")),
                ":5: devices[0].addresses: must hold at least one item such as 10.66.0.2"
            },
            {
                devices(device("addresses", "[10.66.0.0/24]")),
                ":5: devices[0].addresses[0]: '10.66.0.0/24' is a block: a device has single addresses"
            },
            {
                devices(device("addresses", "[10.66.0.1]")),
                ":5: devices[0].addresses: '10.66.0.1' is also an address of the server"
            },
            {
                devices(device("addresses", "[10.66.0.2, 10.66.0.2]")),
                ":5: devices[0].addresses: '10.66.0.2' is also an address of device 'd'"
            },
            {
                devices(device(), device("addresses", "[10.66.0.3]", "publicKey", PolicyFileTest.BOB_KEY)),
                ":6: devices[1].name: there is another device 'd'"
            },
            {
                devices(device(), device("name", "e", "addresses", "[10.66.0.3]")),
                ":6: devices[1].publicKey: is also the key of device 'd'"
            },
            {
                resource("cidr", "10.0.1.5/24"),
                ":3: resources[0].cidr: '10.0.1.5/24' has bits set behind its prefix: the block is written 10.0.1.0/24"
            },
            {resource("cidr", "010.0.1.0/24"), ":3: resources[0].cidr: '010.0.1.0' is not an IP address"},
            {resource("cidr", "10.1/16"), ":3: resources[0].cidr: '10.1' is not an IP address"},
            {resource("cidr", "10.0.1.0/024"), ":3: resources[0].cidr: '10.0.1.0/024' has no valid prefix length"},
            {
                resource("cidr", "'::ffff:10.0.1.0/120'"),
                ":3: resources[0].cidr: '::ffff:10.0.1.0/120' is an ambiguous way to write an address"
            },
            {
                resource("cidr", "'fe80::1%eth0'"),
                ":3: resources[0].cidr: 'fe80::1%eth0' is an ambiguous way to write an address"
            },
            {resource("cidr", "db.example.org"), ":3: resources[0].cidr: 'db.example.org' is not an IP address"},
            {
                resource("ports", "80-"),
                ":3: resources[0].ports: '80-' is not a port: write numbers from 0 to 65535 and ranges such as 22,80,5600-5609, or * for all"
            },
            {
                resource("ports", "*"),
                ":3: is not YAML: while scanning an alias, unexpected character found }(125); put a * in quotes"
            },
            {resource("protocol", "icmp"), ":3: resources[0].protocol: must be tcp, udp or both, not 'icmp'"},
            {resource("decoy", "yes"), ":3: resources[0].decoy: must be true or false, not 'yes'"},
            {RESOURCE + grants(grant("to", "alice")), ":5: grants[0].to: there is no user 'alice'"},
            {
                "roles: [{name: staff}]\n" + RESOURCE + grants(grant("to", "staff")),
                ":6: grants[0].to: there is no user 'staff'; for the role write role:staff"
            },
            {RESOURCE + grants(grant("to", "role:staff")), ":5: grants[0].to: there is no role 'staff'"},
            {
                RESOURCE + grants(grant("to", "'network:10.0.0.1/8'")),
                ":5: grants[0].to: '10.0.0.1/8' has bits set behind its prefix: the block is written 10.0.0.0/8"
            },
            {
                RESOURCE + grants(grant("to", "'network:10.0.0.0/8'", "mfa", "true")),
                ":5: grants[0].mfa: a grant to a network can't ask for a second factor: nobody is there to answer"
            },
            {grants(grant("to", "'network:10.0.0.0/8'")), ":4: grants[0].resource: there is no resource 'r'"},
            {
                RESOURCE + grants(grant("from", "2026-13-01")),
                ":5: grants[0].from: must be a moment such as 2026-01-01T00:00:00Z or 2026-01-01T02:00:00+02:00, not '2026-13-01'"
            },
            {
                RESOURCE + grants(grant("from", "2026-01-02T00:00:00Z", "until", "2026-01-01T00:00:00Z")),
                ":5: grants[0].until: 'until' (2026-01-01T00:00:00Z) must lie after 'from' (2026-01-02T00:00:00Z)"
            },
            {
                RESOURCE + grants(grant("weekly", "Mon-Fry 08:00-18:00 UTC")),
                ":5: grants[0].weekly: 'Fry' is no day: write Mon, Tue, Wed, Thu, Fri, Sat, Sun"
            },
            {RESOURCE + grants(grant("name", "g"), grant("name", "g")), ":6: grants[1].name: there is another grant 'g'"
            },
            {
                resource() + "\nhandoff: [{resource: r, ports: \"22,81\"}]",
                ":4: handoff[0].ports: '22,81' are not all among the resource's ports (22,80)"
            },
            {
                resource("protocol", "udp") + "\nhandoff: [{resource: r, ports: 22}]",
                ":4: handoff[0].resource: only TCP can be handed off; this one is UDP only"
            },
            {"handoff: [{resource: r, ports: 22}]", ":3: handoff[0].resource: there is no resource 'r'"},
            {"mfa: &a {timeout: 1s}", ":3: anchors and aliases (& and *) are not allowed; put a * in quotes"},
            {"mfa: *a", ":3: anchors and aliases (& and *) are not allowed; put a * in quotes"},
            {"mfa: !!map {timeout: 1s}", ":3: tags (such as !name) are not allowed"},
            {"mfa: {timeout: !!str 1s}", ":3: tags (such as !name) are not allowed"},
            {
                "mfa: {timeout: 1s",
                ":4: is not YAML: while parsing a flow mapping, expected ',' or '}', but got <stream end>"
            },
            {"? [a]\n: b", ":3: a key must be a word"},
            {"users: [[[[[[[[[[1]]]]]]]]]]", ":3: is nested too deeply"},
            {"---\nmfa: {}", ":3: holds a second document; everything belongs into one"},
        };
    }

    @ParameterizedTest
    @MethodSource("linesAndMessages")
    void problemsNameLineAndKey(String lines, String message) {
        assertMessage(NETWORK + lines + "\n", message);
    }

    /// Changes of the network's own line and the message.
    static String[][] networks() {
        return new String[][] {
            {"interface: sk0, ", "", ":1: network.interface: is missing"},
            {
                "sk0",
                "much-too-long-a-name",
                ":1: network.interface: an interface name is 1 to 15 letters, digits or _=+.-, not 'much-too-long-a-name'"
            },
            {
                "sk0",
                "sk0/../x",
                ":1: network.interface: an interface name is 1 to 15 letters, digits or _=+.-, not 'sk0/../x'"
            },
            {"sk0", "sk0, handoffInterface: sk0", ":1: network.handoffInterface: must differ from the interface"},
            {
                "sk0",
                "abcdefghijklmno",
                ":1: network.handoffInterface: is missing: 'abcdefghijklmno' has no room for an h at its end"
            },
            {"addresses: [10.66.0.1/24], ", "", ":1: network.addresses: is missing"},
            {"[10.66.0.1/24]", "[]", ":1: network.addresses: must hold at least one item such as 10.66.0.1/24"},
            {"[10.66.0.1/24]", "[10.66.0.1/24, 10.66.0.1/16]", ":1: network.addresses: holds an address twice"},
            {"privateKeyFile: server.key", "mtu: 1420", ":1: network.privateKeyFile: is missing"},
            {"sk0", "sk0, mtu: 1279", ":1: network.mtu: must be a number from 1280 to 65455, not '1279'"},
            {"sk0", "sk0, listen: 0", ":1: network.listen: must be a number from 1 to 65535, not '0'"},
            {
                "sk0",
                "sk0, publicAddress: 'a;b'",
                ":1: network.publicAddress: must be a host name or an address, not 'a;b'"
            },
            {
                "sk0",
                "sk0, subnets: [10.0.1.0/24], networkInterfaces: [a, b]",
                ":1: network.networkInterfaces: must name one interface per subnet, or none"
            },
        };
    }

    @ParameterizedTest
    @MethodSource("networks")
    void problemsOfTheNetworkNameLineAndKey(String part, String instead, String message) {
        assertMessage(NETWORK.replace(part, instead), message);
    }

    @ParameterizedTest
    @CsvSource({
        "'', ': is empty'",
        "'- a', ':1: must be a group of keys, such as network: {...}'",
        "'# nothing', ': is empty'",
        "'mfa: {}', ': network: is missing'"
    })
    void aFileWithoutTheBasicsIsToldSo(String text, String message) {
        assertMessage(text, message);
    }

    @Test
    void whatIsNoTextIsToldSo() throws IOException {
        Files.write(file(), new byte[] {'a', ':', ' ', (byte) 0xff, (byte) 0xfe, '\n'});
        assertThatThrownBy(() -> new PolicyFile(file()).read(1)).hasMessage(file() + ": is not a text file in UTF-8");
        Files.write(file(), new byte[] {'a', ':', ' ', 7, '\n'});
        assertThatThrownBy(() -> new PolicyFile(file()).read(1))
                .hasMessage(file() + ": holds characters that YAML doesn't allow");
    }

    /// A secret in a wrong place, or beside a fault, is in no message.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "users: [{name: a, totp: %s, totp: x}]",
                "users: [{name: a, %s: x}]",
                "users: [{name: a, roles: [%s]}]",
                "users: [{name: a, permissions: [%s]}]",
                "users: [{name: a, totp: \"%s\" \"]}",
                "%s: x",
                "mfa: {timeout: %s}",
                "scan: {threshold: %s}",
                "resources: [{name: a, cidr: %s, ports: %s}]",
                "grants: [{resource: %s, to: %s, from: %s, weekly: %s}]",
                "devices: [{name: a, user: a, publicKey: x%s, presharedKey: x%s, addresses: [%s]}]"
            })
    void secretsAreNotRepeated(String form) {
        for (String secret : new String[] {
            PolicyFileTest.TOTP,
            PolicyFileTest.TOTP.toLowerCase(Locale.ROOT),
            PolicyFileTest.PRESHARED,
            PolicyFileTest.PRESHARED + "x"
        }) {
            assertThatThrownBy(() -> read(NETWORK + form.replace("%s", secret) + "\n"))
                    .isInstanceOf(PolicyFileException.class)
                    .message()
                    .doesNotContain(secret.substring(0, 12), secret.substring(20, 30));
        }
    }

    @Test
    void noValueForgesALine() {
        assertThatThrownBy(() -> read(NETWORK + "mfa: {\"a\\nb\\e[31m\": 1s, timeout: \"\\u2028\"}\n"))
                .isInstanceOfSatisfying(
                        PolicyFileException.class,
                        failure -> assertThat(failure.problems())
                                .hasSize(2)
                                .allSatisfy(line -> assertThat(line).doesNotContain("\n", "\u001b", "\u2028")));
    }

    private static String devices(String... items) {
        return "users: [{name: a}]\ndevices:" + lines(items);
    }

    private static String grants(String... items) {
        return "grants:" + lines(items);
    }

    /// Items on lines of their own.
    private static String lines(String... items) {
        return "\n - " + String.join("\n - ", items);
    }

    private static String device(String... changes) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("name", "d");
        keys.put("user", "a");
        keys.put("publicKey", PolicyFileTest.ALICE_KEY);
        keys.put("addresses", "[10.66.0.2]");
        return group(keys, changes);
    }

    private static String resource(String... changes) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("name", "r");
        keys.put("cidr", "10.0.1.0/24");
        keys.put("ports", "\"22,80\"");
        return "resources: [" + group(keys, changes) + "]";
    }

    private static String grant(String... changes) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("resource", "r");
        keys.put("to", "'network:10.0.0.0/8'");
        return group(keys, changes);
    }

    /// A group of keys on one line, some of them changed or added.
    private static String group(Map<String, String> keys, String... changes) {
        for (int i = 0; i < changes.length; i += 2) {
            keys.put(changes[i], changes[i + 1]);
        }
        return keys.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private void assertMessage(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(PolicyFileException.class)
                .hasMessage(file() + message);
    }

    private Path file() {
        return directory.resolve("policy.yaml");
    }

    private void read(String text) throws IOException {
        Files.writeString(file(), text, StandardCharsets.UTF_8);
        new PolicyFile(file()).read(1).close();
    }
}
