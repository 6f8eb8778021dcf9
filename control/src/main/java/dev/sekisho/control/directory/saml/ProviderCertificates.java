package dev.sekisho.control.directory.saml;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Reads the certificates by which a provider signs. Only their keys count: nobody asks who vouches for them, or until
/// when (Metadata interoperability profile section 2.6.1). Stateless.
final class ProviderCertificates {
    private static final int MAX = 8;
    private static final int MIN_RSA_BITS = 2048;
    private static final int MIN_EC_BITS = 256;

    private ProviderCertificates() {}

    /// Those of a text: one or more in PEM, or one in base 64 as metadata have it.
    ///
    /// @throws IllegalArgumentException with a sentence
    static List<X509Certificate> of(String text) {
        try {
            byte[] bytes = text.contains("-----BEGIN")
                    ? text.getBytes(StandardCharsets.US_ASCII)
                    : Base64.getDecoder().decode(text.replaceAll("\\s", ""));
            List<X509Certificate> found = new ArrayList<>();
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes))
                    .forEach(certificate -> found.add((X509Certificate) certificate));
            return checked(found);
        } catch (CertificateException e) {
            throw notThere(e);
        } catch (IllegalArgumentException e) {
            throw e.getMessage() != null && e.getMessage().startsWith("a provider") ? e : notThere(e);
        }
    }

    private static IllegalArgumentException notThere(Exception cause) {
        return new IllegalArgumentException(
                "certificates holds no certificates in PEM: -----BEGIN CERTIFICATE----- and so on", cause);
    }

    /// @throws IllegalArgumentException with a sentence
    static List<X509Certificate> checked(List<X509Certificate> certificates) {
        if (certificates.isEmpty() || certificates.size() > MAX) {
            throw new IllegalArgumentException("a provider has 1 to " + MAX + " certificates by which it signs");
        }
        if (!certificates.stream().map(X509Certificate::getPublicKey).allMatch(ProviderCertificates::isStrong)) {
            throw new IllegalArgumentException("a provider's key is RSA with " + MIN_RSA_BITS
                    + " bits or more, or ECDSA with " + MIN_EC_BITS + " or more");
        }
        return List.copyOf(certificates);
    }

    private static boolean isStrong(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= MIN_RSA_BITS;
            case ECPublicKey ec -> ec.getParams().getCurve().getField().getFieldSize() >= MIN_EC_BITS;
            default -> false;
        };
    }
}
