package dev.sekisho.control.grant;

import dev.sekisho.control.audit.AccessEvent;
import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.people.People;
import dev.sekisho.control.policy.Texts;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Grants: made, changed, taken back, looked up. Thread-safe.
public final class Grants {
    private final UnitOfWork work;
    private final GrantStore store;
    private final Resources resources;
    private final People people;
    private final InstantSource clock;

    public Grants(UnitOfWork work, GrantStore store, Resources resources, People people, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.resources = resources;
        this.people = people;
        this.clock = clock;
    }

    /// A part of the list, in the order in which they were made.
    public Page<AccessGrant> page(GrantQuery query, Page.Request request) {
        return work.read(transaction -> store.page(transaction, query, request));
    }

    /// One of them.
    ///
    /// @throws Problem 404
    public AccessGrant find(String id) {
        return work.read(transaction -> find(transaction, id));
    }

    /// A part of the list, for other features' transactions.
    public Page<AccessGrant> page(Transaction transaction, GrantQuery query, Page.Request request) {
        return store.page(transaction, query, request);
    }

    /// Hands over all of them, for other features' transactions.
    public void all(Transaction transaction, Consumer<AccessGrant> sink) {
        store.all(transaction, sink);
    }

    /// Those with these identities that there are, for other features' transactions.
    public List<AccessGrant> some(Transaction transaction, Collection<String> ids) {
        return store.some(transaction, ids);
    }

    /// Those that name a user or one of some roles, also those that are over, for other features' transactions.
    public List<AccessGrant> of(Transaction transaction, String userId, Collection<String> roleIds) {
        return store.of(transaction, userId, roleIds);
    }

    /// Those to some resources that name the user of a query or one of their roles, also those that are over, for other
    /// features' transactions.
    public List<AccessGrant> of(Transaction transaction, ReachQuery query, Collection<String> resourceIds) {
        return store.of(transaction, query, resourceIds);
    }

    /// Resources that somebody may reach or request, by name: a page and one more, for other features' transactions.
    public ReachQuery.Found reach(Transaction transaction, ReachQuery query, Page.Request request) {
        return store.reach(transaction, query, request);
    }

    private AccessGrant find(Transaction transaction, String id) {
        return store.find(transaction, id).orElseThrow(() -> Problem.notFound("there is no such grant"));
    }

    /// Grants or forbids.
    ///
    /// @throws Problem 400 when the resource or the recipient doesn't exist, or what is wanted makes no sense
    public AccessGrant create(Actor actor, GrantDraft draft) {
        return work.change(actor, transaction -> {
            AccessGrant made = made(transaction, actor.name(), draft);
            return Change.of(made, add(transaction, made));
        });
    }

    private AccessGrant made(Transaction transaction, String by, GrantDraft draft) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Resource resource = resource(transaction, draft.resource());
        return checked(new AccessGrant(
                Ids.next(now.toEpochMilli()),
                resource.id(),
                resource.name(),
                recipient(transaction, draft.to()),
                draft.rule(),
                now,
                by,
                1));
    }

    private AccessGrant changed(Transaction transaction, AccessGrant before, GrantDraft draft) {
        Resource resource = resource(transaction, draft.resource());
        return checked(new AccessGrant(
                before.id(),
                resource.id(),
                resource.name(),
                recipient(transaction, draft.to()),
                draft.rule(),
                before.createdAt(),
                before.createdBy(),
                before.version() + 1));
    }

    /// What [#create] or [#change] would make of a draft, without keeping it, for other features' transactions.
    ///
    /// @param id of the one that would be changed; empty = a new one
    /// @throws Problem as they do
    public AccessGrant sketch(Transaction transaction, Optional<String> id, GrantDraft draft) {
        return id.map(one -> changed(transaction, find(transaction, one), draft))
                .orElseGet(() -> made(transaction, "", draft));
    }

    /// Adds a grant in a transaction of somebody else's.
    ///
    /// @return what to record
    public AccessEvent add(Transaction transaction, AccessGrant made) {
        store.insert(transaction, made);
        return new AccessEvent.Granted(
                made.id(),
                made.resource(),
                made.to().toString(),
                made.rule().deny(),
                made.rule().mfa(),
                until(made));
    }

    /// Replaces one.
    ///
    /// @param ifMatch the version that the caller has read, if they said so
    /// @throws Problem 404, 412, and as [#create]
    public AccessGrant change(Actor actor, String id, OptionalLong ifMatch, GrantDraft draft) {
        return work.change(actor, transaction -> {
            AccessGrant before = find(transaction, id);
            Checked.version(ifMatch, before.version());
            AccessGrant next = changed(transaction, before, draft);
            if (!store.update(transaction, next)) {
                throw Problem.stale();
            }
            return Change.of(
                    next,
                    new AccessEvent.GrantChanged(
                            id,
                            next.resource(),
                            next.to().toString(),
                            next.rule().deny(),
                            next.rule().mfa(),
                            until(next)));
        });
    }

    /// Takes one back.
    ///
    /// @throws Problem 404, 412
    public void revoke(Actor actor, String id, OptionalLong ifMatch) {
        work.change(actor, transaction -> {
            AccessGrant before = find(transaction, id);
            Checked.version(ifMatch, before.version());
            return Change.of(id, remove(transaction, before));
        });
    }

    /// Takes one back in a transaction of somebody else's.
    ///
    /// @return what to record
    public AccessEvent remove(Transaction transaction, AccessGrant grant) {
        store.delete(transaction, grant.id());
        return new AccessEvent.Revoked(grant.id(), grant.resource(), grant.to().toString());
    }

    private static String until(AccessGrant grant) {
        return grant.rule().validity().until().map(Instant::toString).orElse("");
    }

    private static AccessGrant checked(AccessGrant grant) {
        Checked.field("mfa", grant::grant);
        return grant;
    }

    private Resource resource(Transaction transaction, String nameOrId) {
        return resources
                .named(transaction, nameOrId)
                .orElseThrow(() -> Problem.invalid("resource", "there is no resource '" + nameOrId + "'"));
    }

    private Recipient recipient(Transaction transaction, String to) {
        int colon = to.indexOf(':');
        String kind = colon < 0 ? "" : to.substring(0, colon);
        String name = to.substring(colon + 1);
        return switch (kind) {
            case "user" ->
                people.user(transaction, name)
                        .map(user -> (Recipient) new Recipient.OfUser(user.id(), user.name()))
                        .orElseThrow(() -> Problem.invalid("to", "there is no user '" + name + "'"));
            case "role" ->
                people.role(transaction, name)
                        .map(role -> (Recipient) new Recipient.OfRole(role.id(), role.name()))
                        .orElseThrow(() -> Problem.invalid("to", "there is no role '" + name + "'"));
            case "network" -> new Recipient.OfNetwork(Checked.field("to", () -> Texts.cidr(name)));
            default -> throw Problem.invalid("to", "is user:NAME, role:NAME or network:CIDR");
        };
    }
}
