package dev.sekisho.control.notice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.challenge.Asking;
import dev.sekisho.control.challenge.Challenge;
import dev.sekisho.control.challenge.Challenges;
import dev.sekisho.control.challenge.FactorCheck;
import dev.sekisho.control.challenge.JdbcChallengeStore;
import dev.sekisho.control.mail.JdbcMailStore;
import dev.sekisho.control.mail.MailSettings;
import dev.sekisho.control.mail.Mails;
import dev.sekisho.control.mail.SmtpSender;
import dev.sekisho.control.outbound.DestinationGuard;
import dev.sekisho.control.outbound.Outbound;
import dev.sekisho.control.outbox.JdbcOutboxStore;
import dev.sekisho.control.outbox.Message;
import dev.sekisho.control.outbox.Outbox;
import dev.sekisho.control.outbox.OutboxPump;
import dev.sekisho.control.outbox.ShiftingSealer;
import dev.sekisho.control.place.Mmdb;
import dev.sekisho.control.place.Places;
import dev.sekisho.control.push.JdbcPushStore;
import dev.sekisho.control.push.PushSubscriptions;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.policy.Cidr;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
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
import org.junit.jupiter.api.Timeout;

/// A challenge on its way to the person who is asked, as their webhook and their mail server get it.
@Tag("A10")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NoticesTest {
    private static final String ANNA = "u1";

    /// What a webhook is given.
    private record Posted(String method, Headers headers, String body) {}

    private final InstantSource clock = InstantSource.system();
    private final ShiftingSealer sealer = new ShiftingSealer();
    private final TestDatabase home = TestDatabases.sqlite();
    private final Database database = home.open();
    private final UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(clock));
    private final Outbox outbox = new Outbox(work, new JdbcOutboxStore(), sealer, clock);
    private final Mails mails = new Mails(work, new JdbcMailStore(), sealer, outbox);
    private final Outbound outbound = new Outbound(new DestinationGuard(List.of(Cidr.parse("127.0.0.0/8"))));
    private final BlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> wanted = new LinkedBlockingQueue<>();
    private final Notices notices = new Notices(
            work,
            new JdbcNoticeStore(),
            sealer,
            new Notices.Ways(
                    outbox,
                    new PushSubscriptions(work, new JdbcPushStore(), sealer, clock),
                    _ -> Optional.of("anna@example.org"),
                    () -> "https://portal.example.org",
                    places()));
    private String link = "";

    private static Places places() {
        try {
            Path directory = Files.createTempDirectory("sekisho-places");
            try {
                return Places.open(Mmdb.write(directory.resolve("places.mmdb"), Mmdb.vienna()), directory);
            } finally {
                Files.delete(directory.resolve("places.mmdb"));
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("NullAway.Init")
    private HttpServer web;

    @SuppressWarnings("NullAway.Init")
    private OutboxPump pump;

    @BeforeEach
    void open() throws Exception {
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            posted.add(new Posted(
                    exchange.getRequestMethod(),
                    exchange.getRequestHeaders(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(200, -1);
        });
        web.start();
        // A webhook has to be https; what is posted goes to this one, which has no certificate.
        WebhookSender webhooks = new WebhookSender(outbound);
        outbox.register(WebhookSender.CHANNEL, message -> {
            wanted.add(message.field("url"));
            Map<String, String> fields = new HashMap<>(message.fields());
            fields.put("url", "http://127.0.0.1:" + web.getAddress().getPort() + "/anna");
            webhooks.send(new Message(message.channel(), message.subject(), fields));
        });
        outbox.register(Mails.CHANNEL, new SmtpSender(mails::settings, clock));
        pump = OutboxPump.start(outbox, clock);
    }

    @AfterEach
    void close() {
        pump.close();
        outbound.close();
        web.stop(0);
        database.close();
        home.close();
    }

    private Challenge ask() {
        Challenges challenges = new Challenges(
                work, new JdbcChallengeStore(), (_, _, _) -> FactorCheck.Outcome.UNKNOWN, clock, Runnable::run);
        challenges.addNotifier((_, secret) -> link = secret.text());
        challenges.addNotifier(notices);
        Challenge.Subject subject =
                new Challenge.Subject("anna/laptop", "Orders, \"EU\"", "10.0.1.20:5432", "tcp", "198.51.100.24");
        Challenges.Opened opened = challenges.open(
                new Asking(Challenge.Purpose.NETWORK, "test", ANNA, "anna", subject, Duration.ofMinutes(5)));
        return ((Challenges.Opened.Asked) opened).challenge();
    }

    private void want(NoticeSettings.WebhookKind kind) {
        notices.change(
                Actor.ROOT, ANNA, new NoticeSettings(false, Optional.of("https://hook.example.org/anna?t=1"), kind));
    }

    @Test
    void aWebhookGetsWhatIsAskedAndWhereToAnswer() throws Exception {
        want(NoticeSettings.WebhookKind.JSON);
        Challenge challenge = ask();
        Posted got = posted.take();
        assertThat(wanted.take()).isEqualTo("https://hook.example.org/anna?t=1");
        assertThat(got.method()).isEqualTo("POST");
        assertThat(got.headers().get("Content-Type")).containsExactly("application/json");
        JsonObject body = JsonParser.parseString(got.body()).getAsJsonObject();
        assertThat(body.get("id").getAsString()).isEqualTo(challenge.id());
        assertThat(body.get("user").getAsString()).isEqualTo("anna");
        assertThat(body.getAsJsonObject("subject").get("resource").getAsString())
                .isEqualTo("Orders, \"EU\"");
        assertThat(body.get("place").getAsString()).isEqualTo("Vienna, Austria");
        assertThat(body.get("answerUrl").getAsString())
                .isEqualTo("https://portal.example.org/challenge/" + challenge.id() + "#" + link);
        assertThat(got.body()).as("what the asking side shows").doesNotContain("choices", "number");
    }

    @Test
    void ntfyGetsButtonsThatAnswer() throws Exception {
        want(NoticeSettings.WebhookKind.NTFY);
        Challenge challenge = ask();
        Posted got = posted.take();
        assertThat(got.body())
                .isEqualTo("Orders, \"EU\" (10.0.1.20:5432) by anna/laptop from 198.51.100.24 (Vienna, Austria)");
        assertThat(got.headers().getFirst("Title")).isEqualTo("Is this you?");
        assertThat(got.headers().getFirst("Priority")).isEqualTo("high");
        String to = "https://portal.example.org/api/v1/challenges/" + challenge.id() + "/link/";
        assertThat(got.headers().getFirst("Actions"))
                .contains("http, Approve, " + to + "approve, method=POST")
                .contains("http, Not me, " + to + "deny, method=POST")
                .contains("body='{\"secret\":\"" + link + "\"}'")
                .contains("\"report\":true");
    }

    @Test
    void aMailCarriesTheLink() throws Exception {
        GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            mails.change(
                    Actor.ROOT,
                    new MailSettings(
                            "127.0.0.1",
                            server.getSmtp().getPort(),
                            MailSettings.Security.NONE,
                            Optional.empty(),
                            Optional.empty(),
                            "sekisho@example.org"),
                    OptionalLong.empty());
            notices.change(
                    Actor.ROOT, ANNA, new NoticeSettings(true, Optional.empty(), NoticeSettings.WebhookKind.JSON));
            Challenge challenge = ask();
            assertThat(server.waitForIncomingEmail(30_000, 1)).isTrue();
            var mail = server.getReceivedMessages()[0];
            assertThat(mail.getSubject()).isEqualTo("Is this you? Orders, \"EU\"");
            assertThat(mail.getAllRecipients()).extracting(Object::toString).containsExactly("anna@example.org");
            String text = GreenMailUtil.getBody(mail).replace("=\r\n", "").replace("=3D", "=");
            assertThat(text)
                    .contains("https://portal.example.org/challenge/" + challenge.id() + "#" + link)
                    .contains("(10.0.1.20:5432) by anna/laptop from 198.51.100.24 (Vienna, Austria)");
        } finally {
            server.stop();
        }
    }

    @Test
    void whoWantsNothingGetsNothing() {
        ask();
        assertThat(outbox.list(Optional.empty(), new Page.Request(Optional.empty(), 10))
                        .items())
                .isEmpty();
        assertThat(posted).isEmpty();
    }
}
