package dev.sekisho.control.server;

import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.DeviceEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.mail.Letter;
import dev.sekisho.control.people.People;
import dev.sekisho.control.people.Person;
import dev.sekisho.control.web.EventStream;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/// Tells whoever made a link to a device's configuration what became of it: on open pages, and by mail where a mail
/// server is set up. Thread-safe.
///
/// @param thread does what waits
record LinkNews(UnitOfWork work, People people, RequestNews.Ways ways, ExecutorService thread)
        implements UnitOfWork.CommitListener {
    private static final System.Logger LOG = System.getLogger(LinkNews.class.getName());

    /// What a page is told (topic `device.link`).
    ///
    /// @param outcome `fetched`, `expired` or `revoked`
    /// @param source the address that fetched it; empty otherwise
    record Ended(String link, String device, String outcome, String source) {}

    @Override
    public void committed(List<ControlEvent> happened, List<AuditRecord> records) {
        for (ControlEvent event : happened) {
            switch (event) {
                case DeviceEvent.LinkFetched fetched ->
                    later(
                            fetched.makerId(),
                            new Ended(fetched.link(), fetched.device(), "fetched", fetched.source()),
                            Optional.of("The link to the configuration of " + fetched.device() + " was used from "
                                    + fetched.source() + ". If that was not its user, lock the device."));
                case DeviceEvent.LinkExpired expired ->
                    later(
                            expired.makerId(),
                            new Ended(expired.link(), expired.device(), "expired", ""),
                            Optional.of("Nobody used the link to the configuration of " + expired.device()
                                    + " in time. The configuration is wiped: make another link."));
                case DeviceEvent.LinkRevoked revoked ->
                    later(
                            revoked.makerId(),
                            new Ended(revoked.link(), revoked.device(), "revoked", ""),
                            Optional.empty());
                default -> {}
            }
        }
    }

    /// @param makerId by identity, since a name may be somebody else's by now; empty = no user made it
    private void later(String makerId, Ended ended, Optional<String> sentence) {
        if (makerId.isEmpty()) {
            return;
        }
        thread.execute(() -> {
            try {
                work.read(transaction -> people.user(transaction, makerId))
                        .ifPresent(person -> tell(person, ended, sentence));
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "{0} was not told of the link {1}: {2}", makerId, ended.link(), e.getMessage());
            }
        });
    }

    private void tell(Person maker, Ended ended, Optional<String> sentence) {
        ways.events().publish("device.link", EventStream.Audience.user(maker.id()), ended);
        if (ways.mails().settings().isPresent()) {
            sentence.ifPresent(text -> maker.email()
                    .ifPresent(address -> ways.mails()
                            .send(Letter.of(address, "The link for " + ended.device(), text)
                                    .button("Open the portal", ways.portal() + "/"))));
        }
    }
}
