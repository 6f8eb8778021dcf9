package dev.sekisho.control.audit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.JdbcAuditStore;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.audit.UserEvent;
import dev.sekisho.control.directory.ldap.TestAuthority;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The audit log on its way to a syslog receiver that speaks TLS, on loopback.
@Tag("U01")
@Timeout(120)
class AuditOverTlsTest {
    private static final Duration MONTH = Duration.ofDays(30);

    private final TestAuthority authority = new TestAuthority();
    private final TestDatabase home = TestDatabases.sqlite();
    private final Database database = home.open();
    private final UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(InstantSource.system()));
    private final AuditStreams streams = new AuditStreams(
            work,
            new JdbcAuditStore(),
            new AuditStreams.Here(home.directory(), "gate"),
            () -> trusting(authority).getSocketFactory());

    @AfterEach
    void close() {
        streams.close();
        database.close();
        home.close();
    }

    private static SSLContext trusting(TestAuthority authority) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("ca", certificate(authority.pem()));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Certificate certificate(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    /// A receiver with this certificate, on this port; 0 for any.
    private static SSLServerSocket receiver(TestAuthority.Issued issued, int port) throws Exception {
        try (PEMParser parser = new PEMParser(new java.io.StringReader(issued.key()))) {
            PrivateKey key =
                    new JcaPEMKeyConverter().getPrivateKey(((PEMKeyPair) parser.readObject()).getPrivateKeyInfo());
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("receiver", key, new char[0], new Certificate[] {certificate(issued.certificate())});
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return (SSLServerSocket)
                    context.getServerSocketFactory().createServerSocket(port, 5, InetAddress.getLoopbackAddress());
        }
    }

    private void send(int port) {
        Target target = new Target.Syslog("localhost", port, Target.Transport.TLS);
        streams.replace(Actor.ROOT, List.of(new AuditStream("s1", "siem", target, true, 0, 1)));
    }

    private void record(String user) {
        work.change(Actor.ROOT, transaction -> Change.of(0, new UserEvent.Created(user, "internal", List.of())));
    }

    /// A message with its length before it (RFC 5425).
    private static String message(DataInputStream in) throws IOException {
        int length = 0;
        for (int b = in.read(); b != ' '; b = in.read()) {
            assertThat(b).isBetween((int) '0', (int) '9');
            length = length * 10 + (b - '0');
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static GeneralName name(String dns) {
        return new GeneralName(GeneralName.dNSName, dns);
    }

    @Test
    void aReceiverWithACertificateForItsNameGetsEverythingAlsoAfterItWasAway() throws Exception {
        TestAuthority.Issued issued = authority.issue(MONTH, name("localhost"));
        int port;
        try (SSLServerSocket receiver = receiver(issued, 0)) {
            port = receiver.getLocalPort();
            send(port);
            record("a");
            try (SSLSocket connection = (SSLSocket) receiver.accept();
                    DataInputStream in = new DataInputStream(connection.getInputStream())) {
                assertThat(message(in)).contains(" audit.streams-changed - {\"seq\":1,");
                assertThat(message(in)).contains(" user.created - {\"seq\":2,");
                assertThat(connection.getSession().getProtocol()).isEqualTo("TLSv1.3");
                awaitSent();
            }
        }
        record("b");
        while (streams.list().getFirst().failure().isEmpty()) {
            Thread.onSpinWait();
        }
        try (SSLServerSocket receiver = receiver(issued, port);
                SSLSocket connection = (SSLSocket) receiver.accept();
                DataInputStream in = new DataInputStream(connection.getInputStream())) {
            assertThat(message(in)).contains("{\"seq\":3,");
            awaitSent();
            assertThat(streams.list().getFirst().failure()).isEmpty();
        }
    }

    private void awaitSent() {
        while (streams.list().getFirst().behind() > 0) {
            Thread.onSpinWait();
        }
    }

    enum Wrong {
        UNKNOWN_AUTHORITY,
        ANOTHER_NAME,
        EXPIRED
    }

    /// Whoever stands in the way learns nothing (threat C14).
    @ParameterizedTest
    @EnumSource
    void aReceiverWithoutARightCertificateGetsNothing(Wrong wrong) throws Exception {
        TestAuthority.Issued issued = switch (wrong) {
            case UNKNOWN_AUTHORITY -> new TestAuthority().issue(MONTH, name("localhost"));
            case ANOTHER_NAME -> authority.issue(MONTH, name("siem.example"));
            case EXPIRED -> authority.issue(Duration.ofDays(-1), name("localhost"));
        };
        try (SSLServerSocket receiver = receiver(issued, 0)) {
            FutureTask<Integer> got = new FutureTask<>(() -> {
                try (SSLSocket connection = (SSLSocket) receiver.accept()) {
                    return connection.getInputStream().readAllBytes().length;
                }
            });
            Thread.ofVirtual().start(got);
            send(receiver.getLocalPort());
            record("secret");
            assertThat(bytes(got)).isZero();
            while (streams.list().getFirst().failure().isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(streams.list().getFirst().behind()).isEqualTo(2);
        }
    }

    /// What arrived; nothing when the handshake failed.
    private static int bytes(FutureTask<Integer> got) throws InterruptedException {
        try {
            return got.get();
        } catch (ExecutionException refused) {
            assertThat(refused).hasCauseInstanceOf(IOException.class);
            return 0;
        }
    }
}
