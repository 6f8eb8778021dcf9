package dev.sekisho.control.request;

import dev.sekisho.control.store.Page;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The routes below `/requests`. Everybody sees their own; those who may approve see all.
public final class RequestApi {
    private static final int MAX_TEXT_CHARS = 1_000;
    private static final int MAX_TICKET_CHARS = 64;
    private static final int MIN_SECONDS = 60;
    private static final long MAX_SECONDS = 366L * 86_400;

    private final Requests requests;
    private final InstantSource clock;

    public RequestApi(Requests requests, InstantSource clock) {
        this.requests = requests;
        this.clock = clock;
    }

    /// What one person decided.
    record VoteView(String user, boolean approve, String comment, Instant at) {}

    /// A request as it is shown.
    ///
    /// @param state `open`, `approved`, `denied`, `cancelled`, `expired` or `ended`
    /// @param mine whether whoever reads it has asked
    /// @param mayDecide whether whoever reads it may approve or deny it now
    record View(
            String id,
            String user,
            String resource,
            String resourceId,
            String reason,
            String ticket,
            long durationSeconds,
            int approvals,
            List<VoteView> votes,
            String state,
            boolean mine,
            boolean mayDecide,
            Instant openedAt,
            Instant expiresAt,
            Optional<Instant> accessUntil,
            long version) {
        View {
            votes = List.copyOf(votes);
        }

        static View of(AccessRequest request, Principal reader, Set<String> decidable, Instant now) {
            return new View(
                    request.id(),
                    request.user().name(),
                    request.resource().name(),
                    request.resource().id(),
                    request.wish().reason(),
                    request.wish().ticket(),
                    request.wish().duration().toSeconds(),
                    request.approvals(),
                    request.votes().stream()
                            .map(vote -> new VoteView(vote.by().name(), vote.approve(), vote.comment(), vote.at()))
                            .toList(),
                    request.stateAt(now).name().toLowerCase(Locale.ROOT),
                    reader.userId().equals(Optional.of(request.user().id())),
                    decidable.contains(request.id()),
                    request.openedAt(),
                    request.expiresAt(),
                    request.accessUntil(),
                    request.version());
        }
    }

    /// A request as it is sent.
    ///
    /// @param resource its name or identity
    record Body(String resource, String reason, Optional<String> ticket, long durationSeconds) {
        Body {
            Checked.required("resource", resource);
            Checked.text("reason", reason, MAX_TEXT_CHARS);
            Checked.text("ticket", ticket, MAX_TICKET_CHARS);
            if (durationSeconds < MIN_SECONDS || durationSeconds > MAX_SECONDS) {
                throw new IllegalArgumentException("durationSeconds is " + MIN_SECONDS + " to " + MAX_SECONDS);
            }
        }

        AccessRequest.Wish wish() {
            return new AccessRequest.Wish(
                    reason.strip(), ticket.orElse("").strip(), Duration.ofSeconds(durationSeconds));
        }
    }

    /// A decision as it is sent.
    record Decision(Optional<String> comment) {
        String text() {
            return Checked.field("comment", () -> Checked.text("comment", comment, MAX_TEXT_CHARS));
        }
    }

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/requests", "List requests: one's own; all with APPROVE REQUESTS")
                        .query("q", "part of resource, user, reason or ticket")
                        .query("state", "open, approved, denied, cancelled, expired or ended")
                        .query("own", "true = only one's own")
                        .pages(View.class)
                        .by(this::page),
                Route.post("/requests", "Ask for access")
                        .access(Permission.REQUEST)
                        .body(Body.class)
                        .answers(View.class)
                        .by(this::ask),
                Route.get("/requests/{id}", "Show a request")
                        .answers(View.class)
                        .by(this::show),
                Route.post("/requests/{id}/approve", "Approve a request")
                        .access(Permission.APPROVE_REQUESTS)
                        .body(Decision.class)
                        .answers(View.class)
                        .by(request -> shown(
                                request,
                                requests.approve(
                                        request.actor(),
                                        request.principal().requireUser(),
                                        request.path("id"),
                                        request.body(Decision.class).text()))),
                Route.post("/requests/{id}/deny", "Deny a request")
                        .access(Permission.APPROVE_REQUESTS)
                        .body(Decision.class)
                        .answers(View.class)
                        .by(request -> shown(
                                request,
                                requests.deny(
                                        request.actor(),
                                        request.principal().requireUser(),
                                        request.path("id"),
                                        request.body(Decision.class).text()))),
                Route.post("/requests/{id}/cancel", "Take a request back, or give back the access that it gave")
                        .answers(View.class)
                        .by(request -> shown(
                                request,
                                requests.cancel(
                                        request.actor(), request.principal().requireUser(), request.path("id")))));
    }

    private Object page(Request request) {
        Principal reader = request.principal();
        boolean all = reader.may(Permission.APPROVE_REQUESTS)
                && !request.query("own").filter("true"::equals).isPresent();
        Optional<AccessRequest.State> state = request.query("state")
                .map(text -> Checked.field("state", () -> AccessRequest.State.valueOf(text.toUpperCase(Locale.ROOT))));
        RequestStore.Query query = new RequestStore.Query(
                all ? Optional.empty() : Optional.of(reader.requireUser()), state, request.query("q"));
        Instant now = clock.instant();
        Page<AccessRequest> page = requests.page(query, request.page());
        Set<String> decidable = decidable(reader, page.items());
        return page.map(found -> View.of(found, reader, decidable, now));
    }

    private Set<String> decidable(Principal reader, List<AccessRequest> some) {
        return reader.may(Permission.APPROVE_REQUESTS)
                ? reader.userId().map(user -> requests.decidable(user, some)).orElse(Set.of())
                : Set.of();
    }

    private Object ask(Request request) {
        Body body = request.body(Body.class);
        AccessRequest made =
                requests.ask(request.actor(), request.principal().requireUser(), body.resource(), body.wish());
        return Answer.created(Route.BASE + "/requests/" + made.id(), view(request, made))
                .version(made.version());
    }

    private Object show(Request request) {
        AccessRequest found = requests.find(request.path("id"));
        Principal reader = request.principal();
        if (!reader.may(Permission.APPROVE_REQUESTS)
                && !reader.userId().equals(Optional.of(found.user().id()))) {
            throw Problem.notFound("there is no such request");
        }
        return shown(request, found);
    }

    private Answer shown(Request request, AccessRequest found) {
        return Answer.of(view(request, found)).version(found.version());
    }

    private View view(Request request, AccessRequest found) {
        Principal reader = request.principal();
        return View.of(found, reader, decidable(reader, List.of(found)), clock.instant());
    }
}
