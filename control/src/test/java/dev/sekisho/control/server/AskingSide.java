package dev.sekisho.control.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.challenge.Asking;
import dev.sekisho.control.challenge.Challenge;
import dev.sekisho.control.challenge.Challenges;
import dev.sekisho.control.challenge.FactorCheck;
import dev.sekisho.control.challenge.JdbcChallengeStore;
import dev.sekisho.control.notice.JdbcNoticeStore;
import dev.sekisho.control.notice.Notices;
import dev.sekisho.control.outbox.JdbcOutboxStore;
import dev.sekisho.control.outbox.Outbox;
import dev.sekisho.control.outbox.Sealer;
import dev.sekisho.control.place.Places;
import dev.sekisho.control.push.JdbcPushStore;
import dev.sekisho.control.push.PushSubscriptions;
import dev.sekisho.control.secret.Vault;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.user.JdbcUserStore;
import dev.sekisho.control.user.User;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// Another node of the same database, whose data plane wants an approval. `POST /NAME` asks the user NAME and answers
/// with the challenge's identity, its number, as the asking device would show it, and the secret of the link that a
/// mail would carry: `ID NUMBER SECRET`.
final class AskingSide implements AutoCloseable {
    private final Database database;
    private final UnitOfWork work;
    private final Challenges challenges;
    private final HttpServer http;
    private int asked;
    private String link = "";

    private AskingSide(Database database, Path state, HttpServer http, InstantSource clock) {
        this.database = database;
        this.work = new UnitOfWork(database, new JdbcAuditLog(clock));
        this.challenges = new Challenges(
                work, new JdbcChallengeStore(), (_, _, _) -> FactorCheck.Outcome.UNKNOWN, clock, Runnable::run);
        this.challenges.addNotifier((_, secret) -> link = secret.text());
        this.challenges.addNotifier(notices(state, clock));
        this.http = http;
    }

    /// Queues pushes as every node does; whichever node has time sends them.
    private Notices notices(Path state, InstantSource clock) {
        Sealer sealer = new Vaults(Vault.open(work, state, System.getenv(), clock)).sealer();
        Notices.Ways ways = new Notices.Ways(
                new Outbox(work, new JdbcOutboxStore(), sealer, clock),
                new PushSubscriptions(work, new JdbcPushStore(), sealer, clock),
                _ -> Optional.empty(),
                () -> "https://localhost",
                Places.none());
        return new Notices(work, new JdbcNoticeStore(), sealer, ways);
    }

    /// Another node with the same state directory.
    ///
    /// @param clock of the server: whoever answers late by that clock answers in vain
    static AskingSide open(Path state, InstantSource clock) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AskingSide made =
                new AskingSide(Database.open(Optional.empty(), state.resolve("sekisho.db")), state, http, clock);
        http.createContext("/", made::answer);
        http.start();
        return made;
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /// Asks a user at once.
    ///
    /// @return the challenge's identity
    String askOf(String name) {
        return ask(name).id();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Challenge challenge = ask(exchange.getRequestURI().getPath().substring(1));
            byte[] body = (challenge.id() + " " + challenge.number() + " " + link).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Challenge ask(String name) {
        User user = work.read(transaction -> new JdbcUserStore().named(transaction, name))
                .orElseThrow();
        Challenge.Subject subject =
                new Challenge.Subject(name + "/laptop", "Orders database", "10.0.1.20:5432", "tcp", "198.51.100.24");
        Challenges.Opened opened = challenges.open(new Asking(
                Challenge.Purpose.NETWORK, "test:" + asked++, user.id(), user.name(), subject, Duration.ofMinutes(5)));
        if (opened instanceof Challenges.Opened.Asked(Challenge challenge)) {
            return challenge;
        }
        throw new IllegalStateException(opened.toString());
    }

    @Override
    public void close() {
        http.stop(0);
        database.close();
    }
}
