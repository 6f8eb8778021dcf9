package dev.sekisho.control.mail;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.SettingsEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.outbox.Outbox;
import dev.sekisho.control.outbox.Sealer;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Json;
import dev.sekisho.control.web.Problem;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/// Writes mails and knows the server that takes them. Thread-safe.
public final class Mails {
    /// The outbox channel of mails.
    public static final String CHANNEL = "mail";

    private static final String TABLE = "mail_settings";
    private static final String ROW = "1";
    private static final String COLUMN = "settings";

    private final UnitOfWork work;
    private final MailStore store;
    private final Sealer sealer;
    private final Outbox outbox;

    public Mails(UnitOfWork work, MailStore store, Sealer sealer, Outbox outbox) {
        this.work = work;
        this.store = store;
        this.sealer = sealer;
        this.outbox = outbox;
    }

    /// Settings with their version.
    ///
    /// @param settings as they are in force
    /// @param version grows with every change
    public record Versioned(MailSettings settings, long version) {}

    /// The mail server, if one is set up.
    public Optional<MailSettings> settings() {
        return versioned().map(Versioned::settings);
    }

    /// Whether one is set up.
    public boolean isSetUp(Transaction transaction) {
        return store.version(transaction) > 0;
    }

    /// The same with its version.
    public Optional<Versioned> versioned() {
        return work.read(transaction ->
                store.read(transaction).map(kept -> new Versioned(open(kept), store.version(transaction))));
    }

    private MailSettings open(byte[] kept) {
        byte[] plain = sealer.open(TABLE, ROW, COLUMN, kept);
        try {
            return Json.read(plain, MailSettings.class);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /// Sets the mail server.
    ///
    /// @param expected the version that whoever changes it has seen, if they say
    public Versioned change(Actor actor, MailSettings settings, OptionalLong expected) {
        byte[] plain = Json.bytes(settings);
        try {
            return work.change(actor, transaction -> {
                if (expected.isPresent() && expected.getAsLong() != store.version(transaction)) {
                    throw Problem.stale();
                }
                store.write(transaction, sealer.seal(TABLE, ROW, COLUMN, plain));
                return Change.of(
                        new Versioned(settings, store.version(transaction)), new SettingsEvent.Changed("mail"));
            });
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /// Records that the mail server was tried out.
    void tested(Actor actor, String to, boolean ok) {
        work.change(actor, _ -> Change.of(ok, new SettingsEvent.MailTested(to, ok)));
    }

    /// Queues a mail.
    public void send(Letter letter) {
        outbox.enqueue(letter.message());
    }
}
