package dev.sekisho.control.server;

import dev.sekisho.control.tls.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// A certificate for a push service on this host, trusted by this JVM as one of an authority: endpoints are HTTPS. By
/// the JDK's own setting, which an operator has too; put back by [#close]. Owner: one test.
record PushAuthority(Path certificate, Path key, Optional<String> before) implements AutoCloseable {
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";

    static PushAuthority trusted(Path directory) throws IOException, GeneralSecurityException {
        Certificates.Place place = Certificates.Place.in(directory, List.of("localhost", "127.0.0.1"));
        Certificates.open(place, InstantSource.system());
        Path store = directory.resolve("trusted.jks");
        try (InputStream pem = Files.newInputStream(place.certificate());
                OutputStream out = Files.newOutputStream(store)) {
            Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(pem);
            KeyStore trusted = KeyStore.getInstance("JKS");
            trusted.load(null, null);
            trusted.setCertificateEntry("push", certificate);
            trusted.store(out, new char[0]);
        }
        Optional<String> before = Optional.ofNullable(System.getProperty(TRUST_STORE));
        System.setProperty(TRUST_STORE, store.toString());
        return new PushAuthority(place.certificate(), place.key(), before);
    }

    @Override
    public void close() {
        before.ifPresentOrElse(path -> System.setProperty(TRUST_STORE, path), () -> System.clearProperty(TRUST_STORE));
    }
}
