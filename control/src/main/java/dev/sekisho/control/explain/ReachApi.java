package dev.sekisho.control.explain;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.GrantQuery;
import dev.sekisho.control.grant.Grants;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.people.People;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.WeeklySchedule;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The routes `/me/resources` (what I may reach or request) and `/resources/{id}/users` (who was granted it).
public final class ReachApi {
    private final UnitOfWork work;
    private final Resources resources;
    private final Grants grants;
    private final People people;
    private final InstantSource clock;

    public ReachApi(UnitOfWork work, Resources resources, Grants grants, People people, InstantSource clock) {
        this.work = work;
        this.resources = resources;
        this.grants = grants;
        this.people = people;
        this.clock = clock;
    }

    /// A resource as its user sees it.
    ///
    /// @param access `granted` (now), `later` (at another time), `requestable` or `forbidden`
    /// @param mfa whether it asks for a second factor
    /// @param until when access ends; empty = never
    /// @param weekly the hours of the week to which it is limited
    /// @param requestable whether it may be requested
    /// @param approvals how many people have to approve a request
    record Reach(
            String id,
            String name,
            String cidr,
            String ports,
            String protocol,
            String description,
            String access,
            boolean mfa,
            Optional<Instant> until,
            Optional<String> weekly,
            boolean requestable,
            int approvals,
            long maxDurationSeconds,
            String ticketPattern) {}

    /// Who was granted a resource.
    record Granted(String grant, String to, boolean deny, boolean mfa, Optional<Instant> until) {}

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/me/resources", "What I may reach or request")
                        .lists(Reach.class)
                        .by(this::mine),
                Route.get("/resources/{id}/users", "Who was granted a resource")
                        .access(Permission.VIEW_NETWORK)
                        .pages(Granted.class)
                        .by(this::users));
    }

    private Object mine(Request request) {
        String user = request.principal().requireUser();
        return work.read(transaction -> mine(transaction, user, clock.instant()));
    }

    private List<Reach> mine(Transaction transaction, String user, Instant now) {
        Set<String> roles = people.rolesOf(transaction, user);
        Map<String, List<AccessGrant>> granted = grants.of(transaction, user, roles).stream()
                .filter(grant -> !grant.isOver(now))
                .collect(Collectors.groupingBy(AccessGrant::resourceId));
        List<Reach> reach = new ArrayList<>();
        for (Resource resource : resources.some(transaction, granted.keySet(), roles)) {
            if (!resource.target().decoy()) {
                boolean requestable = resource.terms().requesters().stream()
                        .map(NamedRole::id)
                        .anyMatch(roles::contains);
                reach.add(reach(resource, granted.getOrDefault(resource.id(), List.of()), requestable, now));
            }
        }
        return reach;
    }

    private static Reach reach(Resource resource, List<AccessGrant> own, boolean requestable, Instant now) {
        long second = now.getEpochSecond();
        boolean forbidden = own.stream()
                .anyMatch(
                        grant -> grant.rule().deny() && grant.rule().validity().holds(second));
        List<AccessGrant> allowing =
                own.stream().filter(grant -> !grant.rule().deny()).toList();
        Optional<AccessGrant> holding = allowing.stream()
                .filter(grant -> grant.rule().validity().holds(second))
                .findFirst();
        Optional<AccessGrant> best = holding.or(() -> allowing.stream().findFirst());
        String access =
                forbidden ? "forbidden" : holding.isPresent() ? "granted" : best.isPresent() ? "later" : "requestable";
        return new Reach(
                resource.id(),
                resource.name(),
                resource.target().cidr().toString(),
                resource.target().ports().toString(),
                resource.target().protocol().toString(),
                resource.description(),
                access,
                best.map(grant -> grant.rule().mfa()).orElse(true),
                best.flatMap(grant -> grant.rule().validity().until()),
                best.flatMap(grant -> grant.rule().validity().weekly()).map(WeeklySchedule::toString),
                requestable,
                resource.terms().approvals(),
                resource.terms().maxDuration().toSeconds(),
                resource.terms().ticketPattern());
    }

    private Object users(Request request) {
        String id = request.path("id");
        return work.read(transaction -> {
            if (resources.named(transaction, id).isEmpty()) {
                throw Problem.notFound("there is no such resource");
            }
            GrantQuery query = new GrantQuery(
                    Optional.empty(),
                    Optional.of(id),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(clock.instant()));
            return grants.page(transaction, query, request.page())
                    .map(grant -> new Granted(
                            grant.id(),
                            grant.to().toString(),
                            grant.rule().deny(),
                            grant.rule().mfa(),
                            grant.rule().validity().until()));
        });
    }
}
