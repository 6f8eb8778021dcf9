package dev.sekisho.control.directory.ldap;

import com.unboundid.util.ssl.SSLUtil;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Which servers are believed: those with a certificate of a given authority, or else of one that the JDK knows.
/// Stateless. The names in certificates are checked by the connection.
final class LdapTrust {
    private LdapTrust() {}

    /// Certificates in PEM.
    ///
    /// @throws IllegalArgumentException with a sentence
    static Collection<? extends Certificate> certificates(String pem) {
        try {
            Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("caPem holds no certificate");
            }
            return certificates;
        } catch (CertificateException e) {
            throw new IllegalArgumentException(
                    "caPem holds no certificates in PEM: -----BEGIN CERTIFICATE----- and so on", e);
        }
    }

    /// What makes TLS connections.
    static SSLContext context(Optional<String> caPem) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(caPem.isPresent() ? store(certificates(caPem.get())) : null);
            return new SSLUtil(factory.getTrustManagers()).createSSLContext();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK makes TLS connections", e);
        }
    }

    private static @Nullable KeyStore store(Collection<? extends Certificate> certificates)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int count = 0;
        for (Certificate certificate : certificates) {
            store.setCertificateEntry("ca" + count++, certificate);
        }
        return store;
    }
}
