package dev.sekisho.control.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a certificate chain and a PKCS#8 key from PEM files (RFC 7468).
final class PemFiles {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----");

    private PemFiles() {}

    /// Reads both and makes sure that they belong together.
    ///
    /// @throws CertificateException when they can't be used
    static ServerIdentity read(Path certificate, Path key) {
        List<X509Certificate> chain = chain(certificate);
        PrivateKey secret = key(key, chain.getFirst().getPublicKey());
        if (!belongsTo(secret, chain.getFirst().getPublicKey())) {
            throw new CertificateException(
                    key + " is not the key of the first certificate in " + certificate
                            + ": put the server's own certificate first, and name its key",
                    null);
        }
        return new ServerIdentity(secret, chain);
    }

    private static List<X509Certificate> chain(Path file) {
        try {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes(file)))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (chain.isEmpty()) {
                throw new CertificateException(file + " has no certificate in PEM form", null);
            }
            return chain;
        } catch (java.security.cert.CertificateException e) {
            throw new CertificateException(file + " has no certificate in PEM form that can be read", e);
        }
    }

    private static PrivateKey key(Path file, PublicKey pair) {
        String text = new String(bytes(file), StandardCharsets.ISO_8859_1);
        Matcher matcher = KEY.matcher(text);
        if (!matcher.find()) {
            Matcher other = OTHER_KEY.matcher(text);
            throw new CertificateException(
                    other.find()
                            ? file + " has a key of the kind " + other.group(1)
                                    + "; turn it into PKCS#8 first: openssl pkcs8 -topk8 -nocrypt -in " + file
                            : file + " has no private key in PEM form",
                    null);
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
            return KeyFactory.getInstance(pair.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The cause may quote the key.
            throw new CertificateException(file + " has no " + pair.getAlgorithm() + " key that can be read", null);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new CertificateException(file + " is too long for a PEM file", null);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CertificateException(file + " can't be read: does it exist, and may this process read it?", e);
        }
    }

    /// Signs something and verifies it.
    private static boolean belongsTo(PrivateKey key, PublicKey pair) {
        String algorithm = switch (pair.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> pair.getAlgorithm();
        };
        try {
            byte[] question = new byte[32];
            new SecureRandom().nextBytes(question);
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(question);
            byte[] answer = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(pair);
            verifying.update(question);
            return verifying.verify(answer);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
