package dev.sekisho.control.mail;

import dev.sekisho.control.outbox.DeliveryException;
import dev.sekisho.control.outbox.Sender;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import java.util.List;
import java.util.Optional;

/// The mail server over REST. The password goes in and never comes out.
public final class MailApi {
    private final Mails mails;
    private final Sender sender;

    /// The routes.
    ///
    /// @param sender sends the test mail at once, so that whoever tests sees what is wrong
    public MailApi(Mails mails, Sender sender) {
        this.mails = mails;
        this.sender = sender;
    }

    /// The mail server as it is set.
    ///
    /// @param host its name or address
    /// @param port its port
    /// @param security `none`, `starttls` or `tls`
    /// @param user for the log-in
    /// @param hasPassword whether a password is kept
    /// @param from the sender's address
    /// @param version grows with every change
    public record MailSettingsView(
            String host,
            int port,
            String security,
            Optional<String> user,
            boolean hasPassword,
            String from,
            long version) {
        static MailSettingsView of(Mails.Versioned versioned) {
            MailSettings settings = versioned.settings();
            return new MailSettingsView(
                    settings.host(),
                    settings.port(),
                    settings.security().label(),
                    settings.user(),
                    settings.password().isPresent(),
                    settings.from(),
                    versioned.version());
        }
    }

    /// The mail server as it shall be.
    ///
    /// @param host its name or address
    /// @param port its port
    /// @param security `none`, `starttls` or `tls`
    /// @param user for the log-in
    /// @param password for the log-in; without it the one that is kept stays, as long as the host stays
    /// @param from the sender's address
    public record MailSettingsChange(
            String host, int port, String security, Optional<String> user, Optional<String> password, String from) {
        @Override
        public String toString() {
            return "MailSettingsChange[" + host + ":" + port + "]";
        }
    }

    /// A test mail.
    ///
    /// @param to who gets it
    public record MailTest(String to) {
        /// Checks it.
        ///
        /// @throws IllegalArgumentException when it is no address
        public MailTest {
            Addresses.check("to", to);
        }
    }

    /// How a test went.
    ///
    /// @param ok whether it was taken
    /// @param detail what happened
    public record TestResult(boolean ok, String detail) {}

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/mail/settings", "Show the mail server")
                        .access(Permission.MANAGE_SETTINGS)
                        .answers(MailSettingsView.class)
                        .by(_ -> view(
                                mails.versioned().orElseThrow(() -> Problem.notFound("no mail server is set up yet")))),
                Route.put("/mail/settings", "Set the mail server")
                        .access(Permission.MANAGE_SETTINGS)
                        .body(MailSettingsChange.class)
                        .answers(MailSettingsView.class)
                        .by(this::change),
                Route.post("/mail/test", "Send a test mail at once")
                        .access(Permission.MANAGE_SETTINGS)
                        .body(MailTest.class)
                        .answers(TestResult.class)
                        .by(this::test));
    }

    private static Answer view(Mails.Versioned versioned) {
        return Answer.of(MailSettingsView.of(versioned)).version(versioned.version());
    }

    private Object change(Request request) {
        MailSettingsChange wanted = request.body(MailSettingsChange.class);
        Optional<String> password = wanted.password()
                .or(() -> mails.settings()
                        .filter(before -> before.host().equals(wanted.host())
                                && before.user().equals(wanted.user()))
                        .flatMap(MailSettings::password));
        try {
            MailSettings settings = new MailSettings(
                    wanted.host(),
                    wanted.port(),
                    MailSettings.Security.of(wanted.security()),
                    wanted.user(),
                    password,
                    wanted.from());
            return view(mails.change(request.actor(), settings, request.ifMatch()));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("", String.valueOf(e.getMessage()));
        }
    }

    private Object test(Request request) {
        String to = request.body(MailTest.class).to();
        Letter letter = Letter.of(to, "Sekisho can send mail", "This is the test that was asked for. It arrived.");
        TestResult result;
        try {
            sender.send(letter.message());
            result = new TestResult(true, "the mail server took it");
        } catch (DeliveryException e) {
            result = new TestResult(false, String.valueOf(e.getMessage()));
        }
        mails.tested(request.actor(), to, result.ok());
        return result;
    }
}
