package dev.sekisho.control.resource;

import dev.sekisho.control.audit.AccessEvent;
import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.people.People;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.PortSet;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// IP resources: made, changed, removed, looked up. Thread-safe.
public final class Resources {
    private static final System.Logger LOG = System.getLogger(Resources.class.getName());

    /// Overlapping resources that are named at most.
    private static final int MAX_OVERLAPS = 50;

    /// Pairs that share destinations and are counted.
    public static final int MAX_COUNTED = 10_000;

    private final UnitOfWork work;
    private final ResourceStore store;
    private final People people;
    private final InstantSource clock;

    public Resources(UnitOfWork work, ResourceStore store, People people, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.people = people;
        this.clock = clock;
    }

    /// What is to be known of a target before it is used.
    ///
    /// @param hints a sentence each
    /// @param overlaps names of resources that share destinations with it
    public record Check(List<String> hints, List<String> overlaps) {
        public Check {
            hints = List.copyOf(hints);
            overlaps = List.copyOf(overlaps);
        }
    }

    /// Makes good what another version of the program has left out. To be called at the start.
    public void setUp() {
        int keyed = work.housekeeping(store::keyAddresses);
        if (keyed > 0) {
            LOG.log(Level.INFO, "{0} resources are ready to be sorted by address", keyed);
        }
    }

    /// A part of the list.
    public Page<Resource> page(ResourceStore.Query query, Page.Request request) {
        return work.read(transaction -> store.page(transaction, query, request));
    }

    /// One of them.
    ///
    /// @throws Problem 404
    public Resource find(String id) {
        return work.read(transaction -> find(transaction, id));
    }

    /// One of them by name, whose capitals don't matter, or identity, for other features' transactions.
    public Optional<Resource> named(Transaction transaction, String nameOrId) {
        return store.named(transaction, nameOrId).or(() -> store.find(transaction, nameOrId));
    }

    /// All of them, by name, for other features' transactions.
    public List<Resource> all(Transaction transaction) {
        return store.all(transaction);
    }

    /// Those with these identities, and those that members of one of the roles may request, by name, for other
    /// features' transactions.
    public List<Resource> some(Transaction transaction, Collection<String> ids, Collection<String> requesterRoles) {
        return store.some(transaction, ids, requesterRoles);
    }

    /// Those whose block holds an address, by name, for other features' transactions.
    public List<Resource> around(Transaction transaction, long high, long low) {
        return store.some(
                transaction,
                store.spots(transaction).stream()
                        .filter(spot -> spot.target().cidr().contains(high, low))
                        .map(Resource.Spot::id)
                        .toList());
    }

    /// Those with these identities that there are, for other features' transactions.
    public List<Resource> some(Transaction transaction, Collection<String> ids) {
        return store.some(transaction, ids);
    }

    private Resource find(Transaction transaction, String id) {
        return store.find(transaction, id).orElseThrow(() -> Problem.notFound("there is no such resource"));
    }

    /// Looks at a target without keeping it.
    public Check check(Resource.Target target) {
        List<Resource.Spot> all = work.read(store::spots);
        return new Check(
                ResourceHints.of(target),
                all.stream()
                        .filter(other -> ResourceHints.overlap(target, other.target()))
                        .map(Resource.Spot::name)
                        .sorted(Comparator.comparing(NameKey::of))
                        .limit(MAX_OVERLAPS)
                        .toList());
    }

    /// Two resources that share destinations.
    ///
    /// @param outer whose block is the wider one, or the same
    /// @param block that both hold: the narrower one
    /// @param ports that both open
    /// @param transport `tcp`, `udp`, `both` or `ping`
    public record Overlap(Resource.Spot outer, Resource.Spot inner, Cidr block, PortSet ports, String transport) {
        static Overlap of(OverlapSweep.Pair pair) {
            return new Overlap(
                    pair.outer(), pair.inner(), pair.inner().target().cidr(), pair.ports(), pair.transport());
        }
    }

    /// Resources that share destinations, two by two, by address; for other features' transactions.
    ///
    /// @param of only those of this one, by identity
    /// @return with a total of [#MAX_COUNTED] at most, but that of one is counted whole
    /// @throws Problem 400 when the cursor is of another list
    public Page<Overlap> overlaps(Transaction transaction, Optional<String> of, Page.Request request) {
        Optional<OverlapSweep.Place> after =
                request.after().map(cursor -> Checked.field("cursor", () -> OverlapSweep.Place.parse(cursor)));
        List<Resource.Spot> all = store.spots(transaction);
        OverlapSweep.Found found = of.isPresent()
                ? OverlapSweep.of(all, of.get(), after, request.limit() + 1)
                : OverlapSweep.find(all, after, request.limit() + 1, MAX_COUNTED);
        return request.page(
                        found.pairs(),
                        found.total(),
                        pair -> OverlapSweep.Place.of(pair).text())
                .map(Overlap::of);
    }

    /// What [#create] or [#change] would make of a draft, without keeping it, for other features' transactions.
    ///
    /// @param id of the one that would be changed; empty = a new one
    /// @throws Problem as they do
    public Resource sketch(Transaction transaction, Optional<String> id, ResourceDraft draft) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Optional<Resource> before = id.map(one -> find(transaction, one));
        Resource made = resource(
                transaction,
                before.map(Resource::id).orElseGet(() -> Ids.next(now.toEpochMilli())),
                draft,
                before.map(Resource::createdAt).orElse(now),
                before.map(Resource::version).orElse(0L) + 1);
        requireFree(transaction, made);
        return made;
    }

    /// Makes one.
    ///
    /// @throws Problem 409 when the name is taken, 400 when a role doesn't exist
    public Resource create(Actor actor, ResourceDraft draft) {
        return work.change(actor, transaction -> {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            Resource made = resource(transaction, Ids.next(now.toEpochMilli()), draft, now, 1);
            requireFree(transaction, made);
            store.insert(transaction, made);
            return Change.of(
                    made,
                    new AccessEvent.ResourceCreated(
                            made.id(), made.name(), made.target().shortForm()));
        });
    }

    /// Replaces one.
    ///
    /// @param ifMatch the version that the caller has read, if they said so
    /// @throws Problem 404, 412, and as [#create]
    public Resource change(Actor actor, String id, OptionalLong ifMatch, ResourceDraft draft) {
        return work.change(actor, transaction -> {
            Resource before = find(transaction, id);
            Checked.version(ifMatch, before.version());
            Resource next = resource(transaction, id, draft, before.createdAt(), before.version() + 1);
            requireFree(transaction, next);
            if (!store.update(transaction, next)) {
                throw Problem.stale();
            }
            return Change.of(
                    next,
                    new AccessEvent.ResourceChanged(
                            id,
                            next.name(),
                            next.target().shortForm(),
                            before.target().shortForm()));
        });
    }

    /// Removes one with its grants.
    ///
    /// @throws Problem 404, 412
    public void delete(Actor actor, String id, OptionalLong ifMatch) {
        work.change(actor, transaction -> {
            Resource before = find(transaction, id);
            Checked.version(ifMatch, before.version());
            long grants = store.grants(transaction, id);
            store.delete(transaction, id);
            return Change.of(id, new AccessEvent.ResourceDeleted(id, before.name(), grants));
        });
    }

    private void requireFree(Transaction transaction, Resource resource) {
        if (store.named(transaction, resource.name())
                .filter(other -> !other.id().equals(resource.id()))
                .isPresent()) {
            throw Problem.conflict("there is already a resource '" + resource.name() + "'");
        }
    }

    private Resource resource(
            Transaction transaction, String id, ResourceDraft draft, Instant createdAt, long version) {
        List<NamedRole> requesters = draft.requesters().stream()
                .distinct()
                .map(name -> role(transaction, "requestableBy", name))
                .sorted(Comparator.comparing(role -> NameKey.of(role.name())))
                .toList();
        Optional<NamedRole> approver = draft.approverRole().map(name -> role(transaction, "approverRole", name));
        Terms terms = Checked.field(
                "requestable",
                () -> new Terms(requesters, draft.approvals(), approver, draft.maxDuration(), draft.ticketPattern()));
        return new Resource(id, draft.name(), draft.target(), draft.description(), terms, createdAt, version);
    }

    private NamedRole role(Transaction transaction, String field, String name) {
        return people.role(transaction, name)
                .orElseThrow(() -> Problem.invalid(field, "there is no role '" + name + "'"));
    }
}
