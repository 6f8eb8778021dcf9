package dev.sekisho.control.request;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.RequestEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.Grants;
import dev.sekisho.control.grant.Recipient;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.people.People;
import dev.sekisho.control.people.Person;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.resource.Terms;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Validity;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Requests for access: asked, decided, ended. Thread-safe. The owner calls [#sweep] now and then.
public final class Requests {
    /// How long a request waits for a decision.
    public static final Duration PATIENCE = Duration.ofDays(1);

    private static final int SWEEP = 100;

    private final UnitOfWork work;
    private final RequestStore store;
    private final Access access;
    private final InstantSource clock;

    /// What requests are about.
    public record Access(Resources resources, Grants grants, People people) {}

    public Requests(UnitOfWork work, RequestStore store, Access access, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.access = access;
        this.clock = clock;
    }

    /// A part of the list, newest first.
    public Page<AccessRequest> page(RequestStore.Query query, Page.Request request) {
        return work.read(transaction -> store.page(transaction, query, request));
    }

    /// One of them.
    ///
    /// @throws Problem 404
    public AccessRequest find(String id) {
        return work.read(transaction -> find(transaction, id));
    }

    private AccessRequest find(Transaction transaction, String id) {
        return store.find(transaction, id).orElseThrow(() -> Problem.notFound("there is no such request"));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// Asks for access.
    ///
    /// @param resource name or identity
    /// @throws Problem 400 when ticket or duration are not what the resource asks for, 403 when it can't be
    ///     requested, 409 when a request for it is open
    public AccessRequest ask(Actor actor, String userId, String resource, AccessRequest.Wish wish) {
        return work.change(actor, transaction -> {
            Instant now = now();
            Person user = access.people()
                    .user(transaction, userId)
                    .orElseThrow(() -> Problem.forbidden("this belongs to a user, and you are none"));
            Resource wanted = requestable(transaction, user, resource);
            check(wanted.terms(), wish);
            if (store.open(transaction, user.id(), wanted.id(), now) > 0) {
                throw Problem.conflict("a request of yours for '" + wanted.name() + "' is open already");
            }
            AccessRequest made = new AccessRequest(
                    Ids.next(now.toEpochMilli()),
                    new AccessRequest.Named(user.id(), user.name()),
                    new AccessRequest.Named(wanted.id(), wanted.name()),
                    wish,
                    wanted.terms().approvals(),
                    List.of(),
                    AccessRequest.State.OPEN,
                    now,
                    now.plus(PATIENCE),
                    Optional.empty(),
                    Optional.empty(),
                    1);
            store.insert(transaction, made);
            return Change.of(
                    made,
                    new RequestEvent.Created(
                            made.id(),
                            user.name(),
                            wanted.name(),
                            wish.reason(),
                            wish.ticket(),
                            wish.duration().toSeconds()));
        });
    }

    /// Whoever may not request a resource is not told whether there is one.
    private Resource requestable(Transaction transaction, Person user, String nameOrId) {
        Set<String> roles = access.people().rolesOf(transaction, user.id());
        return access.resources()
                .named(transaction, nameOrId)
                .filter(resource -> resource.terms().requesters().stream()
                        .map(NamedRole::id)
                        .anyMatch(roles::contains))
                .orElseThrow(() -> Problem.forbidden("you may not request '" + nameOrId + "'"));
    }

    private static void check(Terms terms, AccessRequest.Wish wish) {
        if (wish.reason().isBlank()) {
            throw Problem.invalid("reason", "say what you need it for");
        }
        if (!terms.accepts(wish.ticket())) {
            throw Problem.invalid("ticket", "is a ticket number of the form " + terms.ticketPattern());
        }
        if (wish.duration().compareTo(terms.maxDuration()) > 0) {
            throw Problem.invalid(
                    "durationSeconds", "is at most " + terms.maxDuration().toSeconds());
        }
    }

    /// Approves; the last approval that is needed grants.
    ///
    /// @throws Problem 403 for who asked and who is no approver, 404, 409 when it is decided or they have voted
    public AccessRequest approve(Actor actor, String approverId, String id, String comment) {
        return work.change(actor, transaction -> {
            Instant now = now();
            AccessRequest before = undecided(transaction, id, now);
            AccessRequest voted = vote(transaction, before, approverId, true, comment);
            long yes =
                    voted.votes().stream().filter(AccessRequest.Vote::approve).count();
            return yes < voted.approvals()
                    ? supported(transaction, voted, comment)
                    : granted(transaction, voted, now, comment);
        });
    }

    /// Those of some requests on which a user may decide, by identity: they are open, of somebody else, not
    /// decided on by this user yet, and the resource's approvers are a role of theirs. Whether they may decide at
    /// all is for the caller to know.
    public Set<String> decidable(String userId, List<AccessRequest> some) {
        Instant now = now();
        List<AccessRequest> open = some.stream()
                .filter(request -> request.stateAt(now) == AccessRequest.State.OPEN)
                .filter(request -> !request.user().id().equals(userId))
                .filter(request -> request.votes().stream()
                        .noneMatch(vote -> vote.by().id().equals(userId)))
                .toList();
        return open.isEmpty() ? Set.of() : work.read(transaction -> decidable(transaction, userId, open));
    }

    private Set<String> decidable(Transaction transaction, String userId, List<AccessRequest> open) {
        Set<String> roles = access.people().rolesOf(transaction, userId);
        Set<String> resources =
                open.stream().map(request -> request.resource().id()).collect(Collectors.toSet());
        Set<String> theirs = access.resources().some(transaction, resources).stream()
                .filter(resource -> resource.terms()
                        .approverRole()
                        .filter(role -> !roles.contains(role.id()))
                        .isEmpty())
                .map(Resource::id)
                .collect(Collectors.toSet());
        return open.stream()
                .filter(request -> theirs.contains(request.resource().id()))
                .map(AccessRequest::id)
                .collect(Collectors.toSet());
    }

    private AccessRequest vote(
            Transaction transaction, AccessRequest request, String approverId, boolean approve, String comment) {
        if (request.user().id().equals(approverId)) {
            throw Problem.forbidden("nobody decides on their own request");
        }
        Person approver = access.people()
                .user(transaction, approverId)
                .filter(Person::active)
                .orElseThrow(() -> Problem.forbidden("this belongs to a user, and you are none"));
        Optional<NamedRole> role = access.resources()
                .named(transaction, request.resource().id())
                .flatMap(resource -> resource.terms().approverRole());
        if (role.isPresent()
                && !access.people()
                        .rolesOf(transaction, approverId)
                        .contains(role.get().id())) {
            throw Problem.forbidden("members of the role '" + role.get().name() + "' decide on this resource");
        }
        if (request.votes().stream().anyMatch(vote -> vote.by().id().equals(approverId))) {
            throw Problem.conflict("you have decided on this request already: it takes somebody else");
        }
        AccessRequest.Vote vote = new AccessRequest.Vote(
                new AccessRequest.Named(approver.id(), approver.name()), approve, comment, now());
        store.vote(transaction, request.id(), vote);
        return request.with(vote);
    }

    private AccessRequest undecided(Transaction transaction, String id, Instant now) {
        AccessRequest request = find(transaction, id);
        if (request.stateAt(now) != AccessRequest.State.OPEN) {
            throw Problem.conflict("the request is no longer open");
        }
        return request;
    }

    private Change<AccessRequest> supported(Transaction transaction, AccessRequest voted, String comment) {
        AccessRequest next = kept(transaction, voted.with(AccessRequest.State.OPEN));
        return Change.of(
                next,
                new RequestEvent.Supported(
                        next.id(),
                        next.user().name(),
                        next.resource().name(),
                        next.wish().reason(),
                        next.wish().ticket(),
                        next.votes().size(),
                        next.approvals(),
                        comment));
    }

    private AccessRequest kept(Transaction transaction, AccessRequest next) {
        if (!store.update(transaction, next)) {
            throw Problem.stale();
        }
        return next;
    }

    private Change<AccessRequest> granted(Transaction transaction, AccessRequest voted, Instant now, String comment) {
        Instant until = now.plus(voted.wish().duration());
        AccessGrant grant = new AccessGrant(
                Ids.next(now.toEpochMilli()),
                voted.resource().id(),
                voted.resource().name(),
                new Recipient.OfUser(voted.user().id(), voted.user().name()),
                new AccessGrant.Rule(
                        false,
                        true,
                        new Validity(Optional.empty(), Optional.of(until), Optional.empty()),
                        "request " + voted.id()
                                + (voted.wish().ticket().isEmpty()
                                        ? ""
                                        : ", " + voted.wish().ticket())),
                now,
                voted.votes().getLast().by().name(),
                1);
        ControlEvent made = access.grants().add(transaction, grant);
        AccessRequest next = kept(transaction, voted.approved(until, grant.id()));
        return new Change<>(
                next,
                List.of(
                        made,
                        new RequestEvent.Approved(
                                next.id(),
                                next.user().name(),
                                next.resource().name(),
                                next.wish().reason(),
                                next.wish().ticket(),
                                grant.id(),
                                until.toString(),
                                comment)));
    }

    /// Denies: one who may approve is enough.
    ///
    /// @throws Problem as [#approve]
    public AccessRequest deny(Actor actor, String approverId, String id, String comment) {
        return work.change(actor, transaction -> {
            AccessRequest before = undecided(transaction, id, now());
            AccessRequest voted = vote(transaction, before, approverId, false, comment);
            AccessRequest next = kept(transaction, voted.with(AccessRequest.State.DENIED));
            return Change.of(
                    next,
                    new RequestEvent.Denied(
                            next.id(),
                            next.user().name(),
                            next.resource().name(),
                            next.wish().reason(),
                            next.wish().ticket(),
                            comment));
        });
    }

    /// Takes a request back, or gives back the access that it gave.
    ///
    /// @throws Problem 404 for others than who asked, 409 when there is nothing to take back
    public AccessRequest cancel(Actor actor, String userId, String id) {
        return work.change(actor, transaction -> {
            AccessRequest before = find(transaction, id);
            if (!before.user().id().equals(userId)) {
                throw Problem.notFound("there is no such request");
            }
            return switch (before.stateAt(now())) {
                case OPEN -> {
                    AccessRequest next = kept(transaction, before.with(AccessRequest.State.CANCELLED));
                    yield Change.of(
                            next,
                            new RequestEvent.Cancelled(
                                    id,
                                    next.user().name(),
                                    next.resource().name(),
                                    next.wish().reason(),
                                    next.wish().ticket()));
                }
                case APPROVED -> ended(transaction, before);
                case DENIED, CANCELLED, EXPIRED, ENDED -> throw Problem.conflict("the request is no longer open");
            };
        });
    }

    /// Ends what a request gave: its grant goes, if it is still there.
    private Change<AccessRequest> ended(Transaction transaction, AccessRequest before) {
        List<ControlEvent> events = new ArrayList<>();
        AccessRequest next = kept(transaction, before.with(AccessRequest.State.ENDED));
        before.grantId().stream()
                .flatMap(grant -> access.grants().some(transaction, List.of(grant)).stream())
                .forEach(grant -> events.add(access.grants().remove(transaction, grant)));
        events.add(new RequestEvent.Ended(
                next.id(),
                next.user().name(),
                next.resource().name(),
                next.wish().reason(),
                next.wish().ticket()));
        return new Change<>(next, events);
    }

    /// Notes what time has done: requests that nobody decided expire, access that was given for a time is revoked. The
    /// data plane ends it by itself at the second; this is for lists and for those who are told.
    ///
    /// @return how many there were
    public int sweep() {
        int count = 0;
        for (AccessRequest due : work.read(transaction -> store.due(transaction, now(), SWEEP))) {
            work.change(Actor.SYSTEM, transaction -> settle(transaction, due.id()));
            count++;
        }
        return count;
    }

    private Change<Boolean> settle(Transaction transaction, String id) {
        Optional<AccessRequest> found = store.find(transaction, id);
        if (found.isEmpty() || found.get().stateAt(now()) == found.get().state()) {
            return Change.none(false);
        }
        AccessRequest before = found.get();
        if (before.state() == AccessRequest.State.APPROVED) {
            return new Change<>(true, ended(transaction, before).events());
        }
        AccessRequest next = kept(transaction, before.with(AccessRequest.State.EXPIRED));
        return Change.of(
                true,
                new RequestEvent.Expired(
                        id,
                        next.user().name(),
                        next.resource().name(),
                        next.wish().reason(),
                        next.wish().ticket()));
    }
}
