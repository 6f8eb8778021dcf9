package dev.sekisho.control.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("C01")
class CertificatesTest {
    private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");
    private static final List<String> NAMES = List.of("portal.example", "192.0.2.1", "2001:db8::1", "localhost");

    @TempDir
    Path directory = Path.of("");

    private Instant now = START;

    private Certificates open(Certificates.Place place) {
        return Certificates.open(place, () -> now);
    }

    private Certificates.Place own() {
        return Certificates.Place.in(directory, NAMES);
    }

    /// Own files of an operator, made by another server.
    private Certificates.Place given(String name) throws Exception {
        Path other = Files.createDirectory(directory.resolve(name));
        open(Certificates.Place.in(other, NAMES));
        return Certificates.Place.given(other.resolve("tls/certificate.pem"), other.resolve("tls/key.pem"));
    }

    @Test
    void firstStartMakesOneForAllNames() throws Exception {
        X509Certificate certificate = open(own()).current().certificate();
        assertThat(Objects.requireNonNull(certificate.getSubjectAlternativeNames()))
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactly("portal.example", "192.0.2.1", "2001:db8:0:0:0:0:0:1", "localhost");
        assertThat(certificate.getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(Duration.between(START, certificate.getNotAfter().toInstant()))
                .isLessThan(Duration.ofDays(825));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("tls/key.pem"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("tls"))))
                .isEqualTo("rwx------");
    }

    @Test
    void nextStartKeepsIt() {
        String first = open(own()).current().fingerprint();
        assertThat(open(own()).current().fingerprint()).isEqualTo(first);
    }

    @Test
    @Tag("F18")
    void changedFilesAreTakenOver() throws Exception {
        Certificates.Place place = given("one");
        Certificates certificates = open(place);
        String before = certificates.current().fingerprint();
        replace(place, given("two"), "2030-01-01T00:00:00Z");
        certificates.check();
        assertThat(certificates.current().fingerprint()).isNotEqualTo(before);
    }

    @Test
    @Tag("F18")
    void brokenFilesChangeNothing() throws Exception {
        Certificates.Place place = given("one");
        Certificates certificates = open(place);
        String before = certificates.current().fingerprint();
        // The certificate is new, the key not yet.
        Files.copy(given("two").certificate(), place.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(place.certificate(), FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));
        certificates.check();
        assertThat(certificates.current().fingerprint()).isEqualTo(before);
        assertThatThrownBy(certificates::reload)
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("is not the key of the first certificate");
        Files.delete(place.key());
        certificates.check();
        assertThat(certificates.current().fingerprint()).isEqualTo(before);
    }

    private static void replace(Certificates.Place old, Certificates.Place next, String time) throws Exception {
        Files.copy(next.certificate(), old.certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(next.key(), old.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(old.certificate(), FileTime.from(Instant.parse(time)));
    }

    @Test
    @Tag("F18")
    void theEndIsTold() throws Exception {
        Certificates certificates = open(given("one"));
        assertThat(certificates.concern()).isEmpty();
        now = START.plus(SelfSigned.VALIDITY).minus(Duration.ofDays(29));
        certificates.check();
        assertThat(certificates.concern())
                .hasValueSatisfying(text -> assertThat(text).contains("expires at"));
        now = START.plus(SelfSigned.VALIDITY).plus(Duration.ofDays(1));
        assertThat(certificates.concern())
                .hasValueSatisfying(text -> assertThat(text).contains("has expired"));
    }

    @Test
    void ourOwnIsMadeAnewInTimeWithTheSameKey() {
        Certificates certificates = open(own());
        ServerIdentity before = certificates.current();
        now = START.plus(SelfSigned.VALIDITY).minus(Duration.ofDays(20));
        certificates.check();
        ServerIdentity after = certificates.current();
        assertThat(after.expiresAt()).isAfter(before.expiresAt());
        assertThat(after.certificate().getPublicKey())
                .isEqualTo(before.certificate().getPublicKey());
        assertThat(certificates.concern()).isEmpty();
    }

    @Test
    void keysInOtherFormsAreRefusedWithTheRemedy() throws Exception {
        Certificates.Place place = given("one");
        String key = Files.readString(place.key());
        Files.writeString(place.key(), key.replace("PRIVATE KEY", "EC PRIVATE KEY"));
        assertThatThrownBy(() -> open(place)).hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
        Files.writeString(place.key(), "nothing");
        assertThatThrownBy(() -> open(place)).hasMessageContaining("has no private key in PEM form");
        Files.writeString(place.key(), key.replaceAll("\n[A-Za-z0-9+/]{20}", "\nAAAAAAAAAAAAAAAAAAAA"));
        assertThatThrownBy(() -> open(place))
                .hasMessageContaining("has no EC key that can be read")
                .hasNoCause();
    }

    @Test
    void missingOrOddFilesAreNamed() throws Exception {
        Path missing = directory.resolve("missing.pem");
        assertThatThrownBy(() -> open(Certificates.Place.given(missing, missing)))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("missing.pem can't be read");
        Path odd = Files.write(directory.resolve("odd.pem"), "hello".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> open(Certificates.Place.given(odd, odd)))
                .hasMessageContaining("odd.pem has no certificate");
    }
}
