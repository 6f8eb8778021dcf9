package dev.sekisho.control.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.AlertEvent;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.DeviceEvent;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.mail.JdbcMailStore;
import dev.sekisho.control.mail.MailSettings;
import dev.sekisho.control.mail.Mails;
import dev.sekisho.control.mail.SmtpSender;
import dev.sekisho.control.outbound.DestinationGuard;
import dev.sekisho.control.outbound.Outbound;
import dev.sekisho.control.outbox.JdbcOutboxStore;
import dev.sekisho.control.outbox.Outbox;
import dev.sekisho.control.outbox.OutboxPump;
import dev.sekisho.control.outbox.ShiftingSealer;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// From a committed event to a mail server, a webhook and a log server on loopback.
@Tag("C07")
@Tag("I03")
abstract class AlertContract {
    private static final Actor ADMIN = new Actor("admin", Optional.of("a1"), Actor.Via.SESSION, "192.0.2.1");
    private final InstantSource clock = InstantSource.system();
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init") // before each test
    private TestDatabase file;

    @SuppressWarnings("NullAway.Init")
    private Database database;

    @SuppressWarnings("NullAway.Init")
    private UnitOfWork work;

    @SuppressWarnings("NullAway.Init")
    private Outbox outbox;

    @SuppressWarnings("NullAway.Init")
    private AlertChannels channels;

    @SuppressWarnings("NullAway.Init")
    private AlertSender sender;

    @SuppressWarnings("NullAway.Init")
    private Mails mails;

    @SuppressWarnings("NullAway.Init")
    private Outbound outbound;

    @SuppressWarnings("NullAway.Init")
    private OutboxPump pump;

    @SuppressWarnings("NullAway.Init")
    private HttpServer web;

    abstract TestDatabase newDatabase();

    @BeforeEach
    void open() throws Exception {
        file = newDatabase();
        database = file.open();
        work = new UnitOfWork(database, new JdbcAuditLog(clock));
        ShiftingSealer sealer = new ShiftingSealer();
        outbox = new Outbox(work, new JdbcOutboxStore(), sealer, clock);
        mails = new Mails(work, new JdbcMailStore(), sealer, outbox);
        channels = new AlertChannels(work, new JdbcAlertStore(), sealer, clock);
        outbound = new Outbound(new DestinationGuard(List.of(Cidr.parse("127.0.0.0/8"))));
        sender = new AlertSender(channels, outbound, new SmtpSender(mails::settings, clock));
        outbox.register(AlertRouter.CHANNEL, sender);
        new AlertRouter(channels, outbox).follow(work);
        pump = OutboxPump.start(outbox, clock);
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
            exchange.sendResponseHeaders(200, -1);
        });
        web.start();
    }

    @AfterEach
    void close() {
        pump.close();
        outbound.close();
        web.stop(0);
        database.close();
        file.close();
    }

    /// Changes something and dies before anything that comes after the commit.
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            Optional<String> url = Optional.ofNullable(System.getenv("TEST_DATABASE"));
            Database database = Database.open(url, Path.of(arguments[0]));
            InstantSource clock = InstantSource.system();
            UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(clock));
            work.onCommit((_, _) -> Runtime.getRuntime().halt(9));
            ShiftingSealer sealer = new ShiftingSealer();
            Outbox outbox = new Outbox(work, new JdbcOutboxStore(), sealer, clock);
            new AlertRouter(new AlertChannels(work, new JdbcAlertStore(), sealer, clock), outbox).follow(work);
            work.change(ADMIN, _ -> Change.of(1, new DeviceEvent.Deleted("1", "anna/laptop")));
        }
    }

    @Test
    void anAlertIsNotLostByAKillRightAfterTheCommit() throws Exception {
        create(ChannelKind.SLACK, Map.of("url", url()), List.of("device.*"));
        pump.close();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        file.file().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        file.url().ifPresent(url -> builder.environment().put("TEST_DATABASE", url));
        assertThat(builder.start().waitFor()).as("it died after its commit").isEqualTo(9);

        pump = OutboxPump.start(outbox, clock);

        assertThat(received.poll(10, TimeUnit.SECONDS)).contains("device.deleted: anna/laptop");
    }

    /// What can't be queued undoes the change, as what can't be recorded does.
    @Test
    void aChangeThatIsUndoneAlertsNobody() {
        create(ChannelKind.SLACK, Map.of("url", url()), List.of("device.*"));
        work.onRecord((_, _) -> {
            throw new StoreException(StoreException.Kind.NO_SPACE, "full", null);
        });
        assertThatThrownBy(() -> happen("laptop")).isInstanceOf(StoreException.class);
        assertThat(outbox.list(Optional.empty(), new Page.Request(Optional.empty(), 10))
                        .items())
                .isEmpty();
    }

    @Test
    void aWebhookHearsOfTheEventsThatItWants() throws Exception {
        create(ChannelKind.SLACK, Map.of("url", url()), List.of("device.*"));

        work.change(ADMIN, _ -> Change.of(1, new AlertEvent.DeliveryRetried("not wanted")));
        happen("laptop \"x\"");

        assertThat(received.poll(10, TimeUnit.SECONDS))
                .contains("{\"text\":\"device.created: laptop \\\"x\\\" (admin 192.0.2.1)");
        assertThat(received).isEmpty();
    }

    @Test
    void anyRequestCanBeBuilt() throws Exception {
        create(
                ChannelKind.HTTP,
                Map.of(
                        "url", url(),
                        "method", "PUT",
                        "headers", "Authorization: Bearer t0ken",
                        "body", "{\"who\":\"{{username}}\",\"what\":\"{{device}}\"}"),
                List.of("*"));

        happen("laptop");

        assertThat(take("PUT")).isEqualTo("PUT Bearer t0ken {\"who\":\"alice\",\"what\":\"laptop\"}");
    }

    @Test
    void aMailIsSent() throws Exception {
        GreenMail smtp = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        smtp.start();
        try {
            mails.change(
                    ADMIN,
                    new MailSettings(
                            "127.0.0.1",
                            smtp.getSmtp().getPort(),
                            MailSettings.Security.NONE,
                            Optional.empty(),
                            Optional.empty(),
                            "Sekisho <sekisho@example.org>"),
                    OptionalLong.empty());
            create(ChannelKind.EMAIL, Map.of("to", "ops@example.org"), List.of("device.created"));

            happen("laptop <b>");

            assertThat(smtp.waitForIncomingEmail(10_000, 1)).isTrue();
            assertThat(smtp.getReceivedMessages()[0].getSubject()).isEqualTo("Sekisho: device.created laptop <b>");
            String raw = GreenMailUtil.getWholeMessage(smtp.getReceivedMessages()[0]);
            assertThat(raw).contains("laptop &lt;b&gt;").contains("multipart/alternative");
        } finally {
            smtp.stop();
        }
    }

    @Test
    void aLogServerHears() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            create(
                    ChannelKind.SYSLOG,
                    Map.of("host", "127.0.0.1", "port", String.valueOf(server.getLocalPort()), "transport", "tcp"),
                    List.of("*"));
            happen("laptop");
            try (Socket socket = server.accept()) {
                String frame = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int space = frame.indexOf(' ');
                assertThat(frame.substring(space + 1))
                        .startsWith("<108>1 ")
                        .contains(" sekisho - alert - device.created: laptop");
                assertThat(Integer.parseInt(frame.substring(0, space)))
                        .isEqualTo(frame.substring(space + 1).getBytes(StandardCharsets.UTF_8).length);
            }
        }
    }

    @Test
    void aChannelThatIsOffHearsNothing() throws Exception {
        AlertChannel channel = create(ChannelKind.SLACK, Map.of("url", url()), List.of("*"));
        channels.change(ADMIN, channel.id(), wanted(channel, Map.of(), false), OptionalLong.of(1));
        received.clear();

        happen("laptop");

        assertThat(channels.wanting("device.created")).isEmpty();
    }

    @Test
    void secretsStayUnlessTheAddressMoves() {
        AlertChannel channel =
                create(ChannelKind.NTFY, Map.of("url", "https://ntfy.example.org/ops", "token", "s3cret"), List.of());

        AlertChannel same = channels.change(
                ADMIN,
                channel.id(),
                wanted(channel, Map.of("url", "https://ntfy.example.org/ops"), true),
                OptionalLong.empty());
        assertThat(same.settings()).containsEntry("token", "s3cret");
        assertThat(AlertApi.AlertChannelView.of(same).toString())
                .doesNotContain("s3cret")
                .contains("token");

        AlertChannel moved = channels.change(
                ADMIN,
                channel.id(),
                wanted(channel, Map.of("url", "https://evil.example.org/"), true),
                OptionalLong.empty());
        assertThat(moved.settings()).doesNotContainKey("token");
    }

    @Test
    void oneNameOneChannelAndOneVersion() {
        AlertChannel channel = create(ChannelKind.SLACK, Map.of("url", url()), List.of());

        assertThatThrownBy(() -> create(ChannelKind.SLACK, Map.of("url", url()), List.of()))
                .hasMessageContaining("exists already");
        assertThatThrownBy(
                        () -> channels.change(ADMIN, channel.id(), wanted(channel, Map.of(), true), OptionalLong.of(7)))
                .isInstanceOf(Problem.class);
    }

    @Test
    void aTestSaysWhatIsWrong() {
        AlertChannel channel = create(ChannelKind.SLACK, Map.of("url", "http://169.254.169.254/latest"), List.of());

        assertThatThrownBy(() -> sender.send(channel, Map.of())).hasMessageContaining("outbound.allow");
    }

    private AlertChannel create(ChannelKind kind, Map<String, String> settings, List<String> events) {
        return channels.create(ADMIN, new AlertChannels.Wanted("ops", kind, settings, events, true));
    }

    private static AlertChannels.Wanted wanted(AlertChannel channel, Map<String, String> settings, boolean enabled) {
        return new AlertChannels.Wanted(channel.name(), channel.kind(), settings, channel.events(), enabled);
    }

    private void happen(String device) {
        work.change(
                ADMIN,
                _ -> Change.of(
                        device, new DeviceEvent.Created("d1", device, "alice", "key", List.of("10.66.0.2"), "active")));
    }

    private String take(String start) throws InterruptedException {
        String next = received.poll(10, TimeUnit.SECONDS);
        while (next != null && !next.contains("laptop")) {
            next = received.poll(10, TimeUnit.SECONDS);
        }
        assertThat(next).startsWith(start);
        return String.valueOf(next);
    }

    private String url() {
        return "http://127.0.0.1:" + web.getAddress().getPort() + "/hook?at=" + Instant.EPOCH.getEpochSecond();
    }
}
