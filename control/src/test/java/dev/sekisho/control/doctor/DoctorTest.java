package dev.sekisho.control.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.tls.Certificates;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each check on a host that is well but for one thing.
class DoctorTest {
    private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

    /// A host in memory.
    private static final class MemoryHost implements Host {
        int java = 25;
        OptionalLong openFiles = OptionalLong.of(65_536);
        boolean netAdmin = true;
        boolean tun = true;
        boolean forwarding = true;
        List<String> programs = List.of("nft");
        boolean tcpFree = true;
        boolean udpFree = true;
        boolean running;
        List<String> nodeConcerns = List.of();
        Optional<Network> network = Optional.empty();
        int listening;
        boolean resolves = true;
        Instant now = NOW;
        long free = 100L << 30;
        Optional<Place> place = Optional.of(new Place(true, true, "rwx------"));
        Optional<X509Certificate> certificate = Optional.empty();
        Optional<String> databaseConcern = Optional.empty();

        @Override
        public int javaVersion() {
            return java;
        }

        @Override
        public boolean hasNetAdmin() {
            return netAdmin;
        }

        @Override
        public boolean isUsable(Path file) {
            return tun;
        }

        @Override
        public Optional<String> line(Path file) {
            return Optional.of(forwarding ? "1" : "0");
        }

        @Override
        public Optional<Place> place(Path path) {
            return place;
        }

        @Override
        public boolean hasProgram(String name) {
            return programs.contains(name);
        }

        @Override
        public boolean isFree(InetSocketAddress address, boolean tcp) {
            return tcp ? tcpFree : udpFree && address.getPort() != listening;
        }

        @Override
        public List<String> nodeConcerns() {
            return nodeConcerns;
        }

        @Override
        public Optional<Network> network() {
            return network;
        }

        @Override
        public boolean isServerRunning() {
            return running;
        }

        @Override
        public List<InetAddress> resolve(String name) {
            return resolves ? List.of(InetAddress.getLoopbackAddress()) : List.of();
        }

        @Override
        public Optional<X509Certificate> certificate(Path file) {
            return certificate;
        }

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public Instant released() {
            return NOW.minusSeconds(1);
        }

        @Override
        public long freeBytes(Path directory) {
            return free;
        }

        @Override
        public OptionalLong openFiles() {
            return openFiles;
        }

        @Override
        public Optional<String> databaseConcern(String url) {
            return databaseConcern;
        }
    }

    @TempDir
    Path directory = Path.of("");

    private final MemoryHost host = new MemoryHost();
    private Site site = site(Optional.of(51_871), Optional.of("vpn.example.org"), Optional.of("postgres://h/d"));

    private Site site(Optional<Integer> udp, Optional<String> address, Optional<String> database) {
        return new Site(
                Path.of("/srv/state"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 8443),
                udp,
                address,
                List.of("vpn.example.org"),
                directory.resolve("tls/certificate.pem"),
                database);
    }

    @BeforeEach
    void makeACertificate() throws Exception {
        host.certificate = Optional.of(certificate("vpn.example.org"));
    }

    private X509Certificate certificate(String name) throws Exception {
        Path place = Files.createTempDirectory(directory, "c");
        return Certificates.open(Certificates.Place.in(place, List.of(name)), InstantSource.fixed(NOW))
                .current()
                .certificate();
    }

    private Finding finding(String name) {
        return new Doctor(host, site)
                .findings().stream()
                        .filter(finding -> finding.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    private void assertFinding(String name, Finding.Level level, String advice) {
        assertThat(finding(name)).satisfies(finding -> {
            assertThat(finding.level()).isEqualTo(level);
            assertThat(finding.advice()).contains(advice);
        });
        assertThat(new Doctor(host, site).findings())
                .filteredOn(finding -> !finding.name().equals(name))
                .allSatisfy(finding -> assertThat(finding.level()).isEqualTo(Finding.Level.OK));
    }

    @Test
    void aHostThatIsWellHasFourteenGoodFindingsAndNoAdvice() {
        assertThat(new Doctor(host, site).findings()).hasSize(14).allSatisfy(finding -> {
            assertThat(finding.level()).isEqualTo(Finding.Level.OK);
            assertThat(finding.advice()).isEmpty();
        });
    }

    @Test
    void aNodeThatDoesNotDoWhatWasDecidedIsNamedWhileTheServerRuns() {
        host.running = true;
        assertThat(finding("nodes").level()).isEqualTo(Finding.Level.OK);
        host.nodeConcerns = List.of("gate-2:8443 gives no sign of life");
        assertFinding("nodes", Finding.Level.FAIL, "log of that server");
        assertThat(finding("nodes").detail()).contains("gate-2:8443");
    }

    @Test
    void ofAServerThatRunsTheSettingsCount() {
        host.running = true;
        host.listening = 51_000;
        host.network = Optional.of(new Host.Network(true, 51_000, Optional.of("gate.example.org"), true));
        assertThat(finding("tunnel port").detail()).contains("UDP 51000 is in use");
        assertThat(finding("public address").detail()).contains("gate.example.org");
        host.forwarding = false;
        assertFinding("forwarding", Finding.Level.WARN, "sekisho network up");
        host.network = Optional.of(new Host.Network(true, 51_000, Optional.empty(), false));
        assertThat(finding("forwarding").level()).isEqualTo(Finding.Level.OK);
        assertThat(finding("public address").detail()).as("as configured").contains("vpn.example.org");
        host.listening = 0;
        assertFinding("tunnel port", Finding.Level.FAIL, "log");
        host.network = Optional.of(new Host.Network(false, 51_000, Optional.empty(), true));
        assertThat(new Doctor(host, site).findings())
                .hasSize(10)
                .allSatisfy(finding -> assertThat(finding.level()).isEqualTo(Finding.Level.OK));
    }

    @Test
    void withoutATunnelNothingOfTheTunnelIsAsked() {
        host.netAdmin = false;
        host.tun = false;
        site = site(Optional.empty(), Optional.of("vpn.example.org"), Optional.empty());
        assertThat(new Doctor(host, site).findings())
                .hasSize(9)
                .allSatisfy(finding -> assertThat(finding.level()).isEqualTo(Finding.Level.OK));
    }

    @Test
    void fewOpenFilesAreAWarningAndAnUnknownLimitIsNone() {
        host.openFiles = OptionalLong.of(1023);
        assertFinding("open files", Finding.Level.WARN, "LimitNOFILE");
        host.openFiles = OptionalLong.empty();
        assertThat(finding("open files").level()).isEqualTo(Finding.Level.OK);
    }

    @Test
    void anOldJavaFails() {
        host.java = 21;
        assertFinding("JDK", Finding.Level.FAIL, "install JDK 25");
    }

    @Test
    void aClockThatIsYearsBackFails() throws Exception {
        host.now = Instant.EPOCH;
        assertThat(finding("clock").level()).isEqualTo(Finding.Level.FAIL);
        assertThat(finding("clock").advice()).contains("timedatectl");
    }

    @Test
    void aStateDirectoryThatOthersMayReadFails() {
        host.place = Optional.of(new Host.Place(true, true, "rwxr-xr-x"));
        assertFinding("state directory", Finding.Level.FAIL, "chmod 700 /srv/state");
    }

    @Test
    void aStateDirectoryOfSomebodyElseFails() {
        host.place = Optional.of(new Host.Place(true, false, "rwx------"));
        assertFinding("state directory", Finding.Level.FAIL, "chown");
    }

    @Test
    void aFileInPlaceOfTheStateDirectoryFails() {
        host.place = Optional.of(new Host.Place(false, true, "rw-------"));
        assertFinding("state directory", Finding.Level.FAIL, "--state");
    }

    @Test
    void aStateDirectoryThatIsNotThereYetIsWell() {
        host.place = Optional.empty();
        assertThat(finding("state directory").level()).isEqualTo(Finding.Level.OK);
    }

    @Test
    void littleSpaceWarnsAndNoneFails() {
        host.free = 500L << 20;
        assertFinding("disk space", Finding.Level.WARN, "make room");
        host.free = 1 << 20;
        assertFinding("disk space", Finding.Level.FAIL, "make room");
    }

    @Test
    void aDatabaseThatDoesNotAnswerFailsAndItsUrlIsNotShown() {
        host.databaseConcern = Optional.of("nobody answers");
        assertFinding("database", Finding.Level.FAIL, "databaseUrl");
        assertThat(finding("database").toString()).doesNotContain("postgres://");
    }

    @Test
    void aPortOfAnotherProgramFailsAndOneOfOursDoesNot() {
        host.tcpFree = false;
        assertFinding("HTTPS port", Finding.Level.FAIL, "ss -lntup");
        host.udpFree = false;
        assertThat(finding("tunnel port").level()).isEqualTo(Finding.Level.FAIL);
        host.running = true;
        assertThat(finding("HTTPS port").level()).isEqualTo(Finding.Level.OK);
        assertThat(finding("tunnel port").level()).isEqualTo(Finding.Level.OK);
    }

    @Test
    void aPublicAddressThatDnsDoesNotKnowFailsAndNoneWarns() {
        host.resolves = false;
        assertFinding("public address", Finding.Level.FAIL, "DNS");
        site = site(Optional.of(51_871), Optional.empty(), Optional.empty());
        assertFinding("public address", Finding.Level.WARN, "publicAddress");
        assertThat(finding("public address").detail()).contains("this host's first address");
    }

    @Test
    void aCertificateForAnotherNameWarns() throws Exception {
        host.certificate = Optional.of(certificate("other.example.org"));
        assertFinding("certificate", Finding.Level.WARN, "have one made");
        assertThat(finding("certificate").detail()).contains("vpn.example.org");
    }

    @Test
    void aCertificateWarnsBeforeItsEndAndFailsAfterIt() {
        Instant end = host.certificate.orElseThrow().getNotAfter().toInstant();
        host.now = end.minus(Duration.ofDays(3));
        assertFinding("certificate", Finding.Level.WARN, "replace");
        host.now = end;
        assertFinding("certificate", Finding.Level.FAIL, "replace");
    }

    @Test
    void whatATunnelNeedsFailsWhenItIsMissing() {
        host.netAdmin = false;
        assertFinding("rights", Finding.Level.FAIL, "CAP_NET_ADMIN");
        host.netAdmin = true;
        host.tun = false;
        assertFinding("tun device", Finding.Level.FAIL, "modprobe tun");
    }

    @Test
    void aHostThatDoesNotForwardIsWarnedOf() {
        host.forwarding = false;
        assertFinding("forwarding", Finding.Level.WARN, "sekisho network up");
        host.forwarding = true;
        host.programs = List.of();
        assertFinding("firewall tools", Finding.Level.WARN, "nftables");
    }
}
