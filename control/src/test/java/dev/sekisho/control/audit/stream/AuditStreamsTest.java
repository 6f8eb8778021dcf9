package dev.sekisho.control.audit.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.JdbcAuditStore;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.audit.UserEvent;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("U01")
@Timeout(60)
class AuditStreamsTest {
    private static final String LOOPBACK = "127.0.0.1";

    private final TestDatabase home = TestDatabases.sqlite();
    private final Database database = home.open();
    private final UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(InstantSource.system()));
    private final AuditStreams streams = new AuditStreams(work, new JdbcAuditStore(), home.directory(), "gate");

    @AfterEach
    void close() {
        streams.close();
        database.close();
        home.close();
    }

    private void send(Target target) {
        streams.replace(Actor.ROOT, List.of(new AuditStream("s1", "siem", target, true, 0, 1)));
    }

    private void record(String user) {
        work.change(Actor.ROOT, transaction -> Change.of(0, new UserEvent.Created(user, "internal", List.of())));
    }

    /// A message with its length before it (RFC 6587).
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

    @Test
    void aReceiverGetsEachRecordAsOneSyslogMessage() throws IOException {
        try (ServerSocket receiver = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            send(new Target.Syslog(LOOPBACK, receiver.getLocalPort(), Target.Transport.TCP));
            record("eve\r\n<0>1 forged\u202e");
            try (Socket connection = receiver.accept();
                    DataInputStream in = new DataInputStream(connection.getInputStream())) {
                assertThat(message(in))
                        .matches("<109>1 \\S+ gate sekisho - audit\\.streams-changed - \\{\"seq\":1,.*}");
                assertThat(message(in))
                        .startsWith("<109>1 ")
                        .contains(" user.created - {\"seq\":2,")
                        .contains("eve\\u000D\\u000A<0>1 forged\\u202E");
            }
        }
    }

    @Test
    void nothingIsLostWhileTheReceiverIsDown() throws IOException {
        int port;
        try (ServerSocket receiver = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            port = receiver.getLocalPort();
        }
        send(new Target.Syslog(LOOPBACK, port, Target.Transport.TCP));
        record("a");
        record("b");
        while (streams.list().getFirst().failure().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(streams.list().getFirst().behind()).isEqualTo(3);
        try (ServerSocket receiver = new ServerSocket(port, 5, InetAddress.getLoopbackAddress());
                Socket connection = receiver.accept();
                DataInputStream in = new DataInputStream(connection.getInputStream())) {
            assertThat(message(in)).contains("{\"seq\":1,");
            assertThat(message(in)).contains("{\"seq\":2,");
            assertThat(message(in)).contains("{\"seq\":3,");
            while (streams.list().getFirst().behind() > 0) {
                Thread.onSpinWait();
            }
            assertThat(streams.list().getFirst().failure()).isEmpty();
        }
    }

    @Test
    void aFileGetsEachLineOnceAlsoOverARestart() throws IOException {
        send(new Target.File("audit.ndjson"));
        record("a");
        awaitSent(streams);
        streams.close();
        record("b");
        try (AuditStreams again = new AuditStreams(work, new JdbcAuditStore(), home.directory(), "gate")) {
            again.start();
            awaitSent(again);
        }
        Path file = home.directory().resolve("audit/audit.ndjson");
        assertThat(Files.readAllLines(file)).hasSize(3).allMatch(line -> line.startsWith("{\"seq\":"));
        assertThat(java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    private static void awaitSent(AuditStreams streams) {
        while (streams.list().getFirst().behind() > 0) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "/etc/passwd", "a/b", ".hidden", "a\nb", "a\u0000"})
    void aFileOutsideItsFolderIsRefused(String name) {
        assertThatThrownBy(() -> new Target.File(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "a\nb", "user@host"})
    void aReceiverThatIsNoHostIsRefused(String host) {
        assertThatThrownBy(() -> new Target.Syslog(host, 514, Target.Transport.UDP))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Target.Syslog("siem", 0, Target.Transport.UDP))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
