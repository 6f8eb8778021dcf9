package dev.sekisho.control.explain;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.GrantQuery;
import dev.sekisho.control.grant.Grants;
import dev.sekisho.control.grant.ReachQuery;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.people.People;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.WeeklySchedule;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The routes `/me/resources` (what I may reach or request), `/users/{id}/resources` (what somebody may) and
/// `/resources/{id}/users` (who was granted it).
public final class ReachApi {
    private static final String ACCESS =
            "granted: those that a grant names, also for other times; requestable: those to"
                    + " ask for, without those that are open now";

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

    /// A resource as it is open to somebody, and by what.
    ///
    /// @param access `granted` (now), `later` (at another time), `requestable` or `forbidden`
    /// @param by the grants to them and to their roles that are not over
    record UserReach(
            String id,
            String name,
            String opens,
            String access,
            boolean mfa,
            Optional<Instant> until,
            Optional<String> weekly,
            List<By> by) {
        UserReach {
            by = List.copyOf(by);
        }

        static UserReach of(Resource resource, Reach reach, List<AccessGrant> own) {
            return new UserReach(
                    reach.id(),
                    reach.name(),
                    resource.target().shortForm(),
                    reach.access(),
                    reach.mfa(),
                    reach.until(),
                    reach.weekly(),
                    own.stream()
                            .map(grant -> new By(
                                    grant.id(),
                                    grant.to().toString(),
                                    grant.rule().deny()))
                            .toList());
        }
    }

    /// By what.
    ///
    /// @param to `user:NAME` or `role:NAME`
    record By(String grant, String to, boolean deny) {}

    /// Who was granted a resource.
    ///
    /// @param from when it begins to hold, if that is said
    /// @param weekly the hours of the week to which it is limited
    record Granted(
            String grant,
            String to,
            boolean deny,
            boolean mfa,
            Optional<Instant> from,
            Optional<Instant> until,
            Optional<String> weekly,
            String comment) {}

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/me/resources", "What I may reach or request")
                        .query("q", "part of name, description or addresses")
                        .query("access", ACCESS)
                        .query("resource", "identity of one, if it is in the list")
                        .pages(Reach.class)
                        .by(this::mine),
                Route.get("/users/{id}/resources", "What a user may reach or request")
                        .access(Permission.VIEW_NETWORK)
                        .query("q", "part of name, description or addresses")
                        .query("access", ACCESS)
                        .query("resource", "identity of one, if it is in the list")
                        .pages(UserReach.class)
                        .by(this::theirs),
                Route.get("/resources/{id}/users", "Who was granted a resource")
                        .access(Permission.VIEW_NETWORK)
                        .pages(Granted.class)
                        .by(this::users));
    }

    private Object mine(Request request) {
        String user = request.principal().requireUser();
        ReachQuery.Wanted wanted = wanted(request);
        Page.Request page = request.page();
        return work.read(transaction -> {
            Set<String> roles = people.rolesOf(transaction, user);
            return mine(transaction, ReachQuery.of(user, roles, clock.instant(), wanted), page);
        });
    }

    private Page<Reach> mine(Transaction transaction, ReachQuery query, Page.Request request) {
        return page(transaction, query, request, (_, reach, _) -> reach);
    }

    /// A resource, how it is open to somebody, and the grants that say so.
    private interface Shape<T> {
        T of(Resource resource, Reach reach, List<AccessGrant> own);
    }

    private <T> Page<T> page(Transaction transaction, ReachQuery query, Page.Request request, Shape<T> shape) {
        ReachQuery.Found found = grants.reach(transaction, query, request);
        Map<String, Resource> byId = resources.some(transaction, found.resourceIds()).stream()
                .collect(Collectors.toMap(Resource::id, Function.identity()));
        Page<Resource> page = request.page(
                found.resourceIds().stream()
                        .map(byId::get)
                        .filter(Objects::nonNull)
                        .toList(),
                found.total(),
                resource -> NameKey.of(resource.name()));
        List<String> shown = page.items().stream().map(Resource::id).toList();
        Map<String, List<AccessGrant>> granted = grants.of(transaction, query, shown).stream()
                .filter(grant -> !grant.isOver(query.now()))
                .collect(Collectors.groupingBy(AccessGrant::resourceId));
        Set<String> roles = Set.copyOf(query.roleIds());
        return page.map(resource -> {
            boolean requestable =
                    resource.terms().requesters().stream().map(NamedRole::id).anyMatch(roles::contains);
            List<AccessGrant> own = granted.getOrDefault(resource.id(), List.of());
            return shape.of(resource, reach(resource, own, requestable, query.now()), own);
        });
    }

    private static ReachQuery.Wanted wanted(Request request) {
        return new ReachQuery.Wanted(
                ShortList.choice(request, "access", List.of("granted", "requestable"))
                        .map(access -> access.equals("granted") ? ReachQuery.By.GRANT : ReachQuery.By.REQUEST)
                        .orElse(ReachQuery.By.EITHER),
                request.query("q"),
                request.query("resource"));
    }

    private Object theirs(Request request) {
        Page.Request page = request.page();
        ReachQuery.Wanted wanted = wanted(request);
        return work.read(transaction -> {
            String user = people.user(transaction, request.path("id"))
                    .orElseThrow(() -> Problem.notFound("there is no such user"))
                    .id();
            Set<String> roles = people.rolesOf(transaction, user);
            return page(transaction, ReachQuery.of(user, roles, clock.instant(), wanted), page, UserReach::of);
        });
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
            Resource resource =
                    resources.named(transaction, id).orElseThrow(() -> Problem.notFound("there is no such resource"));
            GrantQuery query = new GrantQuery(
                    Optional.empty(),
                    Optional.of(resource.id()),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(clock.instant()));
            return grants.page(transaction, query, request.page())
                    .map(grant -> new Granted(
                            grant.id(),
                            grant.to().toString(),
                            grant.rule().deny(),
                            grant.rule().mfa(),
                            grant.rule().validity().from(),
                            grant.rule().validity().until(),
                            grant.rule().validity().weekly().map(WeeklySchedule::toString),
                            grant.rule().comment()));
        });
    }
}
