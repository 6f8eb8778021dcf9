package dev.sekisho.control.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;

/// The one key that a server is believed by, whatever its name: SHA-256 of its public key, or of its certificate. A
/// certificate that is renewed with its key stays believed by the former. Immutable.
///
/// @param sha256 64 hexadecimal digits in lower case
public record Pin(String sha256) {
    private static final int CHARS = 64;

    public Pin {
        if (!sha256.matches("[0-9a-f]{" + CHARS + "}")) {
            throw new IllegalArgumentException("a fingerprint is 32 pairs of hexadecimal digits");
        }
    }

    /// Reads a fingerprint as servers and browsers show it.
    ///
    /// @throws IllegalArgumentException when it is none
    public static Pin parse(String text) {
        return new Pin(text.replace(":", "").strip().toLowerCase(Locale.ROOT));
    }

    /// The key of a certificate.
    public static Pin ofKey(X509Certificate certificate) {
        return new Pin(
                HexFormat.of().formatHex(sha256(certificate.getPublicKey().getEncoded())));
    }

    /// The key of the first certificate in a PEM file.
    public static Pin ofFile(Path file) throws IOException {
        return ofKey(certificate(file));
    }

    /// The fingerprint of the first certificate in a PEM file.
    public static String fingerprintOf(Path file) throws IOException {
        return fingerprint(certificate(file));
    }

    private static X509Certificate certificate(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (GeneralSecurityException e) {
            throw new RemoteException(file + " holds no certificate", e);
        }
    }

    /// Whether a server that shows this certificate is the right one.
    boolean holds(X509Certificate certificate) throws CertificateException {
        byte[] wanted = HexFormat.of().parseHex(sha256);
        return MessageDigest.isEqual(wanted, sha256(certificate.getPublicKey().getEncoded()))
                || MessageDigest.isEqual(wanted, sha256(certificate.getEncoded()));
    }

    /// SHA-256 of the certificate in pairs of hexadecimal digits, as servers and browsers show it.
    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(sha256(certificate.getEncoded()));
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate that was read can't be written", e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
