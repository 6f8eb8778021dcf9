package dev.sekisho.control.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.UserId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFileTest {
    static final String ALICE_KEY = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";
    static final String BOB_KEY = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";
    static final String PRESHARED = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
    static final String TOTP = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    /// The example of the specification.
    static final String EXAMPLE = """
            network: {interface: sk0, listen: 51871, addresses: [10.66.0.1/24], mtu: 1420, privateKeyFile: server.key, publicAddress: vpn.example.org, subnets: [10.0.1.0/24]}
            mfa: {inactivity: 900s, maximumAge: 12h, timeout: 180s}
            scan: {threshold: 25, window: 10m}
            roles: [{name: staff, roles: []}]
            users: [{name: alice, roles: [staff], totp: %s, permissions: [IP SCAN]}]
            devices: [{name: alice-laptop, user: alice, publicKey: %s, presharedKey: %s, addresses: [10.66.0.2]}]
            resources: [{name: db, cidr: 10.0.1.0/24, ports: "22,80,443,5432,5600-5609", protocol: tcp, decoy: false}]
            grants: [{resource: db, to: role:staff, mfa: true, deny: false, from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z, weekly: "Mon-Fri 08:00-18:00 Europe/Berlin"}]
            handoff: [{resource: db, ports: "5432"}]   # these flows leave on the hand-off device
            """.formatted(TOTP, ALICE_KEY, PRESHARED);

    @TempDir
    Path directory = Path.of("");

    @Test
    void theExampleIsReadWhole() throws IOException {
        read(EXAMPLE, 1).close(); // makes the key
        try (PolicyFile.Content content = read(EXAMPLE, 7)) {
            NetworkSection network = content.network();
            assertThat(network.enabled()).isTrue();
            assertThat(network.interfaceName()).isEqualTo("sk0");
            assertThat(network.handOffInterface()).isEqualTo("sk0h");
            assertThat(network.listenPort()).isEqualTo(51_871);
            assertThat(network.addresses()).hasToString("[10.66.0.1/24]");
            assertThat(network.mtu()).isEqualTo(1_420);
            assertThat(network.publicAddress()).contains("vpn.example.org");
            assertThat(network.subnets()).containsExactly(Cidr.parse("10.0.1.0/24"));
            assertThat(network.networkInterfaces()).isEmpty();
            assertThat(content.mfa().inactivity()).isEqualTo(Duration.ofMinutes(15));
            assertThat(content.mfa().maximumAge()).contains(Duration.ofHours(12));
            assertThat(content.mfa().timeout()).isEqualTo(Duration.ofMinutes(3));
            assertThat(content.scan()).isEqualTo(new ScanSection(25, Duration.ofMinutes(10), 100, Duration.ofDays(1)));
            assertThat(content.policy().version()).isEqualTo(7);
            assertThat(content.policy().roles()).extracting("id").containsExactly(new RoleId("staff"));
            assertThat(content.policy().users().getFirst().permissions()).containsExactly(Permission.IP_SCAN);
            assertThat(content.totp()).containsOnlyKeys(new UserId("alice"));
            DeviceSection device = content.devices().getFirst();
            assertThat(device.id()).isEqualTo(new DeviceId("alice-laptop"));
            assertThat(device.publicKey()).hasToString(ALICE_KEY);
            assertThat(device.presharedKey()).isPresent();
            assertThat(device.addresses()).containsExactly(Cidr.parse("10.66.0.2/32"));
            Grant grant = content.policy().grants().getFirst();
            assertThat(grant.id()).isEqualTo(new GrantId("db/role:staff#1"));
            assertThat(grant.to()).isEqualTo(new Subject.Role(new RoleId("staff")));
            assertThat(grant.validity().until()).contains(Instant.parse("2027-01-01T00:00:00Z"));
            assertThat(grant.validity().weekly().orElseThrow()).hasToString("Mon-Fri 08:00-18:00 Europe/Berlin");
            assertThat(content.policy().resources().getFirst().transport()).isEqualTo(Transport.TCP);
            assertThat(content.policy().handOffs().getFirst().ports()).isEqualTo(PortSet.parse("5432"));
            assertThat(content.warnings()).isEmpty();
        }
    }

    @Test
    void whatIsLeftOutHasTheDefaultsOfTheProduct() throws IOException {
        String text = """
                network:
                  interface: sk0
                  addresses: [10.66.0.1/24, "fd66::1/64"]
                  privateKeyFile: server.key
                users: [{name: alice, totp: %s}]
                resources: [{name: db, cidr: 10.0.1.7, ports: "*"}]
                grants:
                  - {resource: db, to: alice}
                  - {resource: db, to: user:alice, comment: "the second, by another spelling"}
                  - {resource: db, to: "network:10.9.0.0/16"}
                """.formatted(TOTP);
        try (PolicyFile.Content content = read(text, 1)) {
            assertThat(content.network().listenPort()).isEqualTo(51_871);
            assertThat(content.network().mtu()).isEqualTo(1_420);
            assertThat(content.mfa()).isEqualTo(MfaSection.DEFAULT);
            assertThat(content.mfa().maximumAge()).isEmpty();
            assertThat(content.scan()).isEqualTo(ScanSection.DEFAULT);
            assertThat(content.policy().resources().getFirst().transport()).isEqualTo(Transport.BOTH);
            assertThat(content.policy().resources().getFirst().decoy()).isFalse();
            assertThat(content.policy().grants())
                    .extracting(grant -> grant.id() + " " + grant.mfa() + " " + grant.deny())
                    .containsExactly(
                            "db/user:alice#1 true false",
                            "db/user:alice#2 true false",
                            "db/network:10.9.0.0/16#1 false false");
        }
    }

    @Test
    void derivedNamesOfLongNamesAreShortenedAndDiffer() throws IOException {
        String long1 = "a".repeat(127) + "1";
        String long2 = "a".repeat(127) + "2";
        String text = minimal() + """
                users: [{name: alice}]
                resources: [{name: %s, cidr: 10.0.1.1, ports: 1}, {name: %s, cidr: 10.0.1.2, ports: 1}]
                grants: [{resource: %s, to: alice}, {resource: %s, to: alice}, {resource: %s, to: alice}]
                """.formatted(long1, long2, long1, long2, long1);
        try (PolicyFile.Content content = read(text, 1)) {
            assertThat(content.policy().grants())
                    .extracting(grant -> grant.id().name())
                    .doesNotHaveDuplicates()
                    .allMatch(name -> name.length() == GrantId.MAX_CHARS)
                    .allMatch(name -> name.endsWith("#1") || name.endsWith("#2"));
        }
    }

    @Test
    void theServersKeyIsMadeOnceForTheOwnerOnly() throws IOException {
        byte[] first = new byte[SecretKey.BYTES];
        byte[] second = new byte[SecretKey.BYTES];
        try (PolicyFile.Content content = read(minimal(), 1)) {
            content.privateKey().copyTo(first, 0);
        }
        Path key = directory.resolve("server.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        try (PolicyFile.Content content = read(minimal(), 1)) {
            content.privateKey().copyTo(second, 0);
        }
        assertThat(second).isEqualTo(first);
        assertThat(first).isNotEqualTo(new byte[SecretKey.BYTES]);
    }

    @Test
    void aFileWithSecretsOpenToOthersIsAWarning() throws IOException {
        try (PolicyFile.Content content = read(EXAMPLE, 1)) {
            assertThat(content.warnings()).noneMatch(warning -> warning.contains("open to others"));
        }
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        try (PolicyFile.Content content = new PolicyFile(file()).read(2)) {
            assertThat(content.warnings()).anyMatch(warning -> warning.contains("holds secrets and is open to others"));
        }
    }

    /// A typo in the file's name while the server runs must not make a new server.
    @Test
    void aReloadMakesNoKey() throws IOException {
        assertThatThrownBy(() -> read(minimal(), 2).close())
                .isInstanceOf(PolicyFileException.class)
                .hasMessageContaining("network.privateKeyFile")
                .hasMessageContaining("is gone");
        assertThat(directory.resolve("server.key")).doesNotExist();
    }

    @Test
    void aKeyFileOpenToOthersIsAWarning() throws IOException {
        Path key = directory.resolve("server.key");
        Files.writeString(key, PRESHARED + "\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        try (PolicyFile.Content content = read(minimal(), 1)) {
            assertThat(content.warnings())
                    .containsExactly(file() + ": network.privateKeyFile: " + key
                            + " is open to others than its owner: chmod 600");
        }
    }

    @Test
    void aBrokenFileMakesNoKey() throws IOException {
        assertThatThrownBy(() -> read(minimal() + "colour: red\n", 1)).isInstanceOf(PolicyFileException.class);
        assertThat(directory.resolve("server.key")).doesNotExist();
    }

    @Test
    void aKeyFileThatIsNoneIsNotQuoted() throws IOException {
        Files.writeString(directory.resolve("server.key"), PRESHARED + "x");
        assertThatThrownBy(() -> read(minimal(), 1))
                .hasMessageContaining("network.privateKeyFile")
                .hasMessageContaining("does not hold a private key")
                .message()
                .doesNotContain(PRESHARED.substring(0, 10));
    }

    @Test
    void theServersOwnKeyIsNoDevice() throws IOException {
        // The pair of RFC 7748 section 6.1.
        Files.writeString(directory.resolve("server.key"), "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n");
        assertThatThrownBy(() -> read(EXAMPLE, 1))
                .hasMessage(file() + ":6: devices[0].publicKey: is the server's own key");
    }

    @Test
    void contentNeverShowsItsSecrets() throws IOException {
        try (PolicyFile.Content content = read(EXAMPLE, 1)) {
            assertThat(content.toString()).contains("alice").doesNotContain(TOTP, PRESHARED);
            PolicyFile.Content wiped = content;
            wiped.close();
            assertThat(wiped.privateKey().isWiped()).isTrue();
            assertThat(wiped.totp().get(new UserId("alice"))).hasToString("TotpSecret[wiped]");
            assertThat(wiped.devices().getFirst().presharedKey().orElseThrow().isWiped())
                    .isTrue();
        }
    }

    @Test
    void aFileThatIsTooLargeOrMissingIsToldSo() throws IOException {
        assertThatThrownBy(() -> new PolicyFile(file()).read(1)).hasMessage(file() + ": no such file");
        try (var out = Files.newByteChannel(file(), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
            out.position(PolicyFile.MAX_BYTES).write(ByteBuffer.wrap(new byte[1]));
        }
        assertThatThrownBy(() -> new PolicyFile(file()).read(1)).hasMessage(file() + ": has more than 64 MiB");
    }

    /// 10,000 users, 50,000 resources, 100,000 grants and 10,000 devices: no time is asserted, but a file
    /// whose cost grew with its square would not end.
    @Test
    void aLargeFileIsReadWhole() throws IOException {
        StringBuilder text = new StringBuilder(minimal().replace("10.66.0.1/24", "10.64.0.1/10"));
        text.append("roles: [{name: staff}]\nusers:\n");
        IntStream.range(0, 10_000)
                .forEach(i -> text.append("  - {name: user").append(i).append(", roles: [staff]}\n"));
        text.append("resources:\n");
        IntStream.range(0, 50_000)
                .forEach(i -> text.append("  - {name: r")
                        .append(i)
                        .append(", cidr: 10.")
                        .append(i >> 16)
                        .append('.')
                        .append(i >> 8 & 255)
                        .append('.')
                        .append(i & 255)
                        .append(", ports: \"22,80,443,5600-5609\", protocol: tcp}\n"));
        text.append("grants:\n");
        IntStream.range(0, 100_000)
                .forEach(
                        i -> text.append("  - {resource: r")
                                .append(i % 50_000)
                                .append(", to: user:user")
                                .append(i * 7 % 10_000)
                                .append(
                                        ", mfa: true, from: 2026-01-01T00:00:00Z, weekly: \"Mon-Fri 08:00-18:00 Europe/Berlin\"}\n"));
        try (PolicyFile.Content content = read(text.toString(), 1)) {
            assertThat(content.policy().users()).hasSize(10_000);
            assertThat(content.policy().resources()).hasSize(50_000);
            assertThat(content.policy().grants()).hasSize(100_000);
            assertThat(content.warnings()).hasSize(1);
        }
    }

    @Test
    void manyProblemsAreToldAtOnceTwentyAtMost() throws IOException {
        String text = minimal()
                + "users:\n"
                + IntStream.range(0, 30)
                        .mapToObj(i -> "  - {nme: user" + i + "}\n")
                        .reduce("", String::concat);
        assertThatThrownBy(() -> read(text, 1)).isInstanceOfSatisfying(PolicyFileException.class, failure -> {
            List<String> problems = failure.problems();
            assertThat(problems).hasSize(Problems.MAX + 1);
            assertThat(problems.getFirst()).startsWith(file() + ":4: users[0]");
            assertThat(problems.getLast()).isEqualTo(file() + ": and 40 more");
        });
    }

    /// A network and nothing else, in two lines, the second a comment.
    static String minimal() {
        return "network: {interface: sk0, addresses: [10.66.0.1/24], privateKeyFile: server.key}\n#\n";
    }

    private Path file() {
        return directory.resolve("policy.yaml");
    }

    private PolicyFile.Content read(String text, long version) throws IOException {
        Files.writeString(file(), text);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------")); // as the manual says
        return new PolicyFile(file()).read(version);
    }
}
