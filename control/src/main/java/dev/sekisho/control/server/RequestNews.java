package dev.sekisho.control.server;

import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.RequestEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.mail.Letter;
import dev.sekisho.control.mail.Mails;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.people.People;
import dev.sekisho.control.people.Person;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.role.RoleLattice;
import dev.sekisho.control.role.RoleStore;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.policy.Permission;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/// Tells approvers of requests for access that wait for them, and who asked of what became of it: on open pages, and by
/// mail where a mail server is set up. What can't be told is logged; the request is in the portal all the same.
/// Thread-safe.
///
/// @param thread does what waits
record RequestNews(Facts facts, Ways ways, ExecutorService thread) implements UnitOfWork.CommitListener {
    private static final System.Logger LOG = System.getLogger(RequestNews.class.getName());

    /// Approvers who get a mail at most; all of them see the request in the portal.
    private static final int MAX_APPROVERS = 50;

    /// Who is who.
    record Facts(UnitOfWork work, People people, Resources resources, RoleStore roles) {}

    /// How people are told.
    ///
    /// @param portal where they go on, as `https://host:port`
    record Ways(EventStream events, Mails mails, String portal) {}

    /// What a page is told.
    ///
    /// @param action such as `request.approved`
    record Changed(String id, String user, String resource, String action) {}

    @Override
    public void committed(List<ControlEvent> happened, List<AuditRecord> records) {
        for (ControlEvent event : happened) {
            if (event instanceof RequestEvent request) {
                thread.execute(() -> safely(request));
            }
        }
    }

    private void safely(RequestEvent event) {
        try {
            tell(event);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "nobody was told of request {0}: {1}", event.request(), e.getMessage());
        }
    }

    private void tell(RequestEvent event) {
        Changed changed = new Changed(event.request(), event.user(), event.resource(), event.action());
        Optional<Person> applicant =
                facts.work().read(transaction -> facts.people().user(transaction, event.user()));
        ways.events().publish("request.changed", EventStream.Audience.permission(Permission.APPROVE_REQUESTS), changed);
        applicant.ifPresent(
                person -> ways.events().publish("request.changed", EventStream.Audience.user(person.id()), changed));
        if (ways.mails().settings().isEmpty()) {
            return;
        }
        if (event instanceof RequestEvent.Created created) {
            facts.work()
                    .read(transaction -> approvers(transaction, created))
                    .forEach(address -> send(asking(address, created)));
        }
        outcome(event)
                .ifPresent(sentence -> applicant
                        .flatMap(Person::email)
                        .ifPresent(address ->
                                send(button(Letter.of(address, "Your request for " + event.resource(), sentence)))));
    }

    private void send(Letter letter) {
        ways.mails().send(letter);
    }

    private Letter button(Letter letter) {
        return letter.button("Open the portal", ways.portal() + "/me/access");
    }

    private Letter asking(String address, RequestEvent.Created created) {
        String ticket = created.ticket().isEmpty() ? "" : " Ticket: " + created.ticket() + ".";
        return Letter.of(
                        address,
                        created.user() + " asks for access to " + created.resource(),
                        created.user() + " asks for access to " + created.resource() + " for "
                                + created.durationSeconds() / 60 + " minutes." + ticket,
                        "Reason: " + created.reason())
                .button("Decide", ways.portal() + "/requests");
    }

    private static Optional<String> outcome(RequestEvent event) {
        return switch (event) {
            case RequestEvent.Approved approved ->
                Optional.of("Your request for " + approved.resource() + " was approved. Access ends at "
                        + approved.until() + "." + comment(approved.comment()));
            case RequestEvent.Denied denied ->
                Optional.of("Your request for " + denied.resource() + " was denied." + comment(denied.comment()));
            case RequestEvent.Expired expired ->
                Optional.of("Nobody decided on your request for " + expired.resource() + " in time. Ask again.");
            case RequestEvent.Ended ended ->
                Optional.of("The access to " + ended.resource() + " that you asked for has ended.");
            case RequestEvent.Created _, RequestEvent.Supported _, RequestEvent.Cancelled _ -> Optional.empty();
        };
    }

    private static String comment(String text) {
        return text.isBlank() ? "" : " Comment: " + text;
    }

    /// Addresses of those who may decide: they hold the permission, and the role that the resource asks for.
    private List<String> approvers(Transaction transaction, RequestEvent.Created created) {
        RoleLattice lattice = facts.roles().all(transaction);
        Optional<NamedRole> role = facts.resources()
                .named(transaction, created.resource())
                .flatMap(resource -> resource.terms().approverRole());
        Map<String, Person> found = new LinkedHashMap<>();
        lattice.roles().stream()
                .filter(one -> lattice.permissions(List.of(one.id())).contains(Permission.APPROVE_REQUESTS))
                .flatMap(one -> facts.roles().members(transaction, one.id()).stream())
                .flatMap(id -> facts.people().user(transaction, id).stream())
                .filter(person -> person.active() && !person.name().equals(created.user()))
                .filter(person -> role.isEmpty()
                        || facts.people()
                                .rolesOf(transaction, person.id())
                                .contains(role.get().id()))
                .forEach(person -> found.putIfAbsent(person.id(), person));
        return found.values().stream()
                .flatMap(person -> person.email().stream())
                .distinct()
                .limit(MAX_APPROVERS)
                .toList();
    }
}
