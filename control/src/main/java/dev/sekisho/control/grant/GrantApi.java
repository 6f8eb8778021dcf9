package dev.sekisho.control.grant;

import dev.sekisho.control.policy.Texts;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.WeeklySchedule;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// The routes below `/grants`.
public final class GrantApi {
    private static final int MAX_COMMENT_CHARS = 500;
    private static final long MAX_DAYS = 62;
    private static final long DEFAULT_DAYS = 14;
    private static final long MAX_DURATION_SECONDS = 100L * 366 * 86_400;

    private final Grants grants;
    private final InstantSource clock;

    public GrantApi(Grants grants, InstantSource clock) {
        this.grants = grants;
        this.clock = clock;
    }

    /// A grant as it is shown.
    ///
    /// @param resource its name
    /// @param over whether its end has come
    record View(
            String id,
            String resource,
            String resourceId,
            String to,
            boolean deny,
            boolean mfa,
            Optional<Instant> from,
            Optional<Instant> until,
            Optional<String> weekly,
            String comment,
            boolean over,
            Instant createdAt,
            String createdBy,
            long version) {
        static View of(AccessGrant grant, Instant now) {
            Validity validity = grant.rule().validity();
            return new View(
                    grant.id(),
                    grant.resource(),
                    grant.resourceId(),
                    grant.to().toString(),
                    grant.rule().deny(),
                    grant.rule().mfa(),
                    validity.from(),
                    validity.until(),
                    validity.weekly().map(WeeklySchedule::toString),
                    grant.rule().comment(),
                    grant.isOver(now),
                    grant.createdAt(),
                    grant.createdBy(),
                    grant.version());
        }
    }

    /// A grant as it is sent.
    ///
    /// @param resource its name or identity
    /// @param to `user:NAME`, `role:NAME` or `network:CIDR`
    /// @param mfa whether it asks for a second factor; true without, but for networks, where nobody could answer
    /// @param weekly hours of the week, as `mon-fri 08:00-18:00 Europe/Vienna`
    /// @param durationSeconds instead of `until`: counts from `from`, or from now
    public record Body(
            String resource,
            String to,
            Optional<Boolean> deny,
            Optional<Boolean> mfa,
            Optional<Instant> from,
            Optional<Instant> until,
            Optional<String> weekly,
            Optional<Long> durationSeconds,
            Optional<String> comment) {
        public Body {
            Checked.required("resource", resource);
            Checked.required("to", to);
            if (until.isPresent() && durationSeconds.isPresent()) {
                throw new IllegalArgumentException("give until or durationSeconds, not both");
            }
        }

        /// As the service wants it.
        ///
        /// @throws dev.sekisho.control.web.Problem 400 naming the field that can't be used
        public GrantDraft draft(Instant now) {
            boolean denies = deny.orElse(false);
            Validity validity = new Span(from, until, weekly, durationSeconds).validity(now);
            return new GrantDraft(
                    resource,
                    to,
                    new AccessGrant.Rule(
                            denies,
                            !denies && mfa.orElse(!to.startsWith("network:")),
                            validity,
                            Checked.field("comment", () -> Checked.text("comment", comment, MAX_COMMENT_CHARS))));
        }
    }

    /// When a grant is to hold, as it is sent.
    private record Span(
            Optional<Instant> from, Optional<Instant> until, Optional<String> weekly, Optional<Long> durationSeconds) {
        static Span of(Request request) {
            return new Span(
                    moment(request, "from"),
                    moment(request, "until"),
                    request.query("weekly"),
                    request.query("durationSeconds")
                            .map(text -> Checked.field("durationSeconds", () -> number(text, MAX_DURATION_SECONDS))));
        }

        private static Optional<Instant> moment(Request request, String name) {
            return request.query(name).map(text -> Checked.field(name, () -> Texts.instant(text)));
        }

        Validity validity(Instant now) {
            Optional<WeeklySchedule> schedule =
                    weekly.map(text -> Checked.field("weekly", () -> Texts.weekly(text.strip())));
            Optional<Instant> end = Checked.field("durationSeconds", () -> until.or(() -> end(now)));
            return Checked.field("until", () -> new Validity(from, end, schedule));
        }

        private Optional<Instant> end(Instant now) {
            return durationSeconds.map(seconds -> {
                if (seconds < 1 || seconds > MAX_DURATION_SECONDS) {
                    throw new IllegalArgumentException("is 1 to " + MAX_DURATION_SECONDS);
                }
                return from.orElse(now).plusSeconds(seconds);
            });
        }
    }

    private static long number(String text, long most) {
        if (!text.matches("[0-9]{1,12}") || Long.parseLong(text) < 1 || Long.parseLong(text) > most) {
            throw new IllegalArgumentException("is 1 to " + most);
        }
        return Long.parseLong(text);
    }

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/grants", "List grants")
                        .access(Permission.VIEW_NETWORK)
                        .query("q", "part of the resource's or recipient's name or of the comment")
                        .query("resource", "identity of a resource")
                        .query("user", "identity of a user")
                        .query("role", "identity of a role")
                        .query("over", "false = only those that hold or will")
                        .pages(View.class)
                        .by(request -> grants.page(query(request), request.page())
                                .map(grant -> View.of(grant, clock.instant()))),
                Route.post("/grants", "Grant or forbid access")
                        .access(Permission.MANAGE_GRANTS)
                        .body(Body.class)
                        .answers(View.class)
                        .by(this::create),
                // Before the next, which would take its last word for an identity.
                days(Route.get("/grants/windows", "When a grant would hold in the days to come"))
                        .access(Permission.VIEW_NETWORK)
                        .query("from", "the first moment")
                        .query("until", "the last")
                        .query("weekly", "hours of the week, as mon-fri 08:00-18:00 Europe/Vienna")
                        .query("durationSeconds", "instead of until")
                        .lists(Windows.Window.class)
                        .by(request -> windows(request, Span.of(request).validity(now()))),
                days(Route.get("/grants/{id}/windows", "When a grant holds in the days to come"))
                        .access(Permission.VIEW_NETWORK)
                        .lists(Windows.Window.class)
                        .by(request -> windows(
                                request, grants.find(request.path("id")).rule().validity())),
                Route.get("/grants/{id}", "Show a grant")
                        .access(Permission.VIEW_NETWORK)
                        .answers(View.class)
                        .by(request -> shown(grants.find(request.path("id")))),
                Route.put("/grants/{id}", "Change a grant")
                        .access(Permission.MANAGE_GRANTS)
                        .body(Body.class)
                        .answers(View.class)
                        .by(request -> shown(
                                grants.change(request.actor(), request.path("id"), request.ifMatch(), draft(request)))),
                Route.delete("/grants/{id}", "Take a grant back")
                        .access(Permission.MANAGE_GRANTS)
                        .by(request -> {
                            grants.revoke(request.actor(), request.path("id"), request.ifMatch());
                            return Answer.none();
                        }));
    }

    private static Route days(Route route) {
        return route.query("days", "how many from now on, 1 to " + MAX_DAYS + "; 14 without");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private Object windows(Request request, Validity validity) {
        long days = request.query("days")
                .map(text -> Checked.field("days", () -> number(text, MAX_DAYS)))
                .orElse(DEFAULT_DAYS);
        Instant now = now();
        return Windows.of(validity, now, now.plus(days, ChronoUnit.DAYS));
    }

    private GrantQuery query(Request request) {
        return new GrantQuery(
                request.query("q"),
                request.query("resource"),
                request.query("user"),
                request.query("role"),
                request.query("over").filter("false"::equals).map(_ -> clock.instant()));
    }

    private GrantDraft draft(Request request) {
        return request.body(Body.class).draft(clock.instant());
    }

    private Object create(Request request) {
        AccessGrant made = grants.create(request.actor(), draft(request));
        return Answer.created(Route.BASE + "/grants/" + made.id(), View.of(made, clock.instant()))
                .version(made.version());
    }

    private Answer shown(AccessGrant grant) {
        return Answer.of(View.of(grant, clock.instant())).version(grant.version());
    }
}
