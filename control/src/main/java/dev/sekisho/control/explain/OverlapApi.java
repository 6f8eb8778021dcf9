package dev.sekisho.control.explain;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.GrantQuery;
import dev.sekisho.control.grant.Grants;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The route `/resources/overlaps`: resources that share destinations, and who may reach these by which of them.
public final class OverlapApi {
    /// Grants of a resource that are told; the others are counted.
    private static final int MAX_GRANTS = 5;

    private final UnitOfWork work;
    private final Resources resources;
    private final Grants grants;
    private final InstantSource clock;

    public OverlapApi(UnitOfWork work, Resources resources, Grants grants, InstantSource clock) {
        this.work = work;
        this.resources = resources;
        this.grants = grants;
        this.clock = clock;
    }

    /// Two resources that share destinations.
    ///
    /// @param outer the one with the wider block, or the same, by name
    /// @param inner the other
    /// @param block that both hold
    /// @param ports that both open; 0 is ping
    /// @param protocol `tcp`, `udp`, `both`, or `ping` when they share nothing else
    /// @param sides the outer one, then the inner one
    record PairView(String outer, String inner, String block, String ports, String protocol, List<SideView> sides) {
        PairView {
            sides = List.copyOf(sides);
        }
    }

    /// One of the two.
    ///
    /// @param opens addresses, ports and protocol in the short form
    /// @param grants how many hold or will
    /// @param who the first of them
    record SideView(String id, String name, String opens, boolean decoy, long grants, List<WhoView> who) {
        SideView {
            who = List.copyOf(who);
        }
    }

    /// Who may reach it, or must not.
    ///
    /// @param to `user:NAME`, `role:NAME` or `network:CIDR`
    record WhoView(String grant, String to, boolean deny, boolean mfa) {}

    /// All routes. They come before those of [dev.sekisho.control.resource.ResourceApi], one of which would take their
    /// last word for an identity.
    public List<Route> routes() {
        return List.of(Route.get("/resources/overlaps", "Resources that share destinations, two by two")
                .access(Permission.VIEW_NETWORK)
                .query("resource", "only those of this one, by name or identity")
                .pages(PairView.class)
                .by(this::overlaps));
    }

    private Object overlaps(Request request) {
        Page.Request page = request.page();
        Instant now = clock.instant();
        return work.read(transaction -> {
            Optional<String> of = request.query("resource")
                    .map(name -> resources
                            .named(transaction, name)
                            .orElseThrow(() -> Problem.invalid("resource", "there is no resource '" + name + "'"))
                            .id());
            Map<String, Page<AccessGrant>> known = new HashMap<>();
            return resources
                    .overlaps(transaction, of, page)
                    .map(pair -> new PairView(
                            pair.outer().name(),
                            pair.inner().name(),
                            pair.block().toString(),
                            pair.ports().toString(),
                            pair.transport(),
                            List.of(
                                    side(transaction, pair.outer(), known, now),
                                    side(transaction, pair.inner(), known, now))));
        });
    }

    private SideView side(
            Transaction transaction, Resource.Spot spot, Map<String, Page<AccessGrant>> known, Instant now) {
        Page<AccessGrant> of = known.computeIfAbsent(
                spot.id(),
                id -> grants.page(
                        transaction,
                        new GrantQuery(
                                Optional.empty(),
                                Optional.of(id),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(now)),
                        new Page.Request(Optional.empty(), MAX_GRANTS)));
        return new SideView(
                spot.id(),
                spot.name(),
                spot.target().shortForm(),
                spot.target().decoy(),
                of.total(),
                of.items().stream()
                        .map(grant -> new WhoView(
                                grant.id(),
                                grant.to().toString(),
                                grant.rule().deny(),
                                grant.rule().mfa()))
                        .toList());
    }
}
