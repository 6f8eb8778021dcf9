package dev.sekisho.control.simulate;

import dev.sekisho.control.grant.GrantApi;
import dev.sekisho.control.resource.ResourceApi;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// The route `/policy/simulate`.
public final class SimulateApi {
    private static final int DEFAULT_DAYS = 7;
    private static final int MOST_DAYS = 30;
    private static final int MOST_CHANGES = 20;

    private final Simulations simulations;
    private final InstantSource clock;

    public SimulateApi(Simulations simulations, InstantSource clock) {
        this.simulations = simulations;
        this.clock = clock;
    }

    /// A grant of a draft.
    ///
    /// @param id of one that is there; without, a new one
    /// @param grant what it is to say, as it is sent to save it; without, it is taken back
    record GrantSketch(Optional<String> id, Optional<GrantApi.Body> grant) {}

    /// A resource of a draft.
    ///
    /// @param id name or identity of one that is there; without, a new one
    /// @param resource what it is to be, as it is sent to save it; without, it is removed with its grants
    record ResourceSketch(Optional<String> id, Optional<ResourceApi.Body> resource) {}

    /// The roles of a user in a draft.
    ///
    /// @param user name or identity
    /// @param roles names of roles, these and no others
    record RolesSketch(String user, List<String> roles) {
        RolesSketch {
            Checked.required("user", user);
            roles = List.copyOf(Checked.required("roles", roles));
        }
    }

    /// A draft, and how far to look back.
    ///
    /// @param days of recorded flows, 0 to 30; 7 without, 0 = none
    record SimulateBody(
            Optional<List<GrantSketch>> grants,
            Optional<List<ResourceSketch>> resources,
            Optional<List<RolesSketch>> users,
            Optional<Integer> days) {
        PolicyDraft draft(Instant now) {
            PolicyDraft draft = new PolicyDraft(
                    grants.orElse(List.of()).stream()
                            .map(one -> new PolicyDraft.OfGrant(
                                    one.id(), one.grant().map(body -> body.draft(now))))
                            .toList(),
                    resources.orElse(List.of()).stream()
                            .map(one -> new PolicyDraft.OfResource(
                                    one.id(), one.resource().map(ResourceApi.Body::draft)))
                            .toList(),
                    users.orElse(List.of()).stream()
                            .map(one -> new PolicyDraft.OfUser(one.user(), one.roles()))
                            .toList());
            int changes = draft.grants().size()
                    + draft.resources().size()
                    + draft.memberships().size();
            if (draft.isEmpty() || changes > MOST_CHANGES) {
                throw Problem.invalid(
                        "grants", "with resources and users, a draft has 1 to " + MOST_CHANGES + " changes");
            }
            return draft;
        }

        int window() {
            int window = days.orElse(DEFAULT_DAYS);
            if (window < 0 || window > MOST_DAYS) {
                throw Problem.invalid("days", "is 0 to " + MOST_DAYS);
            }
            return window;
        }
    }

    /// What the draft does to a resource.
    ///
    /// @param effect `gained`, `lost`, `factor-added` or `factor-dropped`
    /// @param users how many users, and networks
    /// @param whole false when it concerns a part of the resource
    /// @param example one destination
    /// @param from when it begins to be so
    /// @param who some of the users; networks as `network:CIDR`
    record ReachRow(
            String resource, String effect, long users, boolean whole, String example, Instant from, List<String> who) {
        ReachRow {
            who = List.copyOf(who);
        }

        static ReachRow of(ReachDifference.Change change) {
            return new ReachRow(
                    change.resource(),
                    change.effect().label(),
                    change.users(),
                    change.whole(),
                    change.example(),
                    change.from(),
                    change.who());
        }
    }

    /// A recorded flow.
    record FlowExample(Instant at, String device, String source, String destination) {}

    /// Recorded flows that would have had another verdict.
    ///
    /// @param effect as in the other list
    /// @param who the user, or `network:ADDRESS`
    /// @param where the resource
    /// @param grant which grant allows them, with the draft or, for those that are lost, without
    record ReplayRow(
            String effect,
            String who,
            String where,
            Optional<String> grant,
            long flows,
            Instant first,
            Instant last,
            List<FlowExample> examples) {
        ReplayRow {
            examples = List.copyOf(examples);
        }

        static ReplayRow of(FlowReplay.Row row) {
            return new ReplayRow(
                    row.effect().label(),
                    row.who(),
                    row.where(),
                    row.grant(),
                    row.flows(),
                    row.first(),
                    row.last(),
                    row.examples().stream()
                            .map(one -> new FlowExample(one.at(), one.device(), one.source(), one.destination()))
                            .toList());
        }
    }

    /// The flows of the past days.
    ///
    /// @param since the first moment that was asked for
    /// @param oldest the oldest flow that was looked at
    /// @param flows how many were looked at
    /// @param changed how many would have had another verdict
    /// @param users of how many users, and networks
    /// @param complete false when there was no time for all: those of late were looked at
    /// @param more flows with another verdict that stand in no row
    record ReplayView(
            Instant since,
            Optional<Instant> oldest,
            long flows,
            long changed,
            long users,
            boolean complete,
            List<ReplayRow> rows,
            long more) {
        ReplayView {
            rows = List.copyOf(rows);
        }
    }

    /// What a draft would do.
    ///
    /// @param at as of when
    /// @param usersGaining how many users, and networks, would reach more
    /// @param usersLosing how many would reach less
    /// @param resources how many resources that concerns
    /// @param pairs how many users times resources
    /// @param complete false when not all could be compared
    /// @param reach by resource, most users first
    /// @param flows the flows of the past days, if they were asked for
    record SimulationView(
            Instant at,
            long usersGaining,
            long usersLosing,
            long resources,
            long pairs,
            boolean complete,
            List<ReachRow> reach,
            Optional<ReplayView> flows) {
        SimulationView {
            reach = List.copyOf(reach);
        }

        static SimulationView of(Simulations.Outcome outcome) {
            ReachDifference.Found reach = outcome.reach();
            return new SimulationView(
                    outcome.at(),
                    reach.usersGaining(),
                    reach.usersLosing(),
                    reach.resources(),
                    reach.pairs(),
                    reach.complete(),
                    reach.changes().stream().map(ReachRow::of).toList(),
                    outcome.flows().map(found -> replay(outcome.since().orElseThrow(), found)));
        }

        private static ReplayView replay(Instant since, FlowReplay.Found found) {
            return new ReplayView(
                    since,
                    found.oldest(),
                    found.flows(),
                    found.changed(),
                    found.users(),
                    found.complete(),
                    found.rows().stream().map(ReplayRow::of).toList(),
                    found.more());
        }
    }

    /// All routes.
    public List<Route> routes() {
        return List.of(Route.post("/policy/simulate", "Say what a change of the policy would do")
                .access(Permission.VIEW_NETWORK)
                .body(SimulateBody.class)
                .answers(SimulationView.class)
                .by(this::simulate));
    }

    private Object simulate(Request request) {
        SimulateBody body = request.body(SimulateBody.class);
        int days = body.window();
        if (days > 0 && !request.principal().may(Permission.VIEW_ALL_LOGS)) {
            throw Problem.forbidden("to look at recorded flows you need " + Permission.VIEW_ALL_LOGS.label()
                    + ": set days to 0 to simulate without them");
        }
        return SimulationView.of(simulations.run(body.draft(clock.instant()), days));
    }
}
