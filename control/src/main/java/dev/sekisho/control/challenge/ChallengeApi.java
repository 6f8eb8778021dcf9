package dev.sekisho.control.challenge;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.challenge.Challenge.Method;
import dev.sekisho.control.challenge.Challenge.State;
import dev.sekisho.control.factor.PasskeyOptions;
import dev.sekisho.control.place.Places;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// Challenges over REST: what waits for me, approve, deny, and the number that the asking side shows.
public final class ChallengeApi {
    private final Challenges challenges;
    private final Function<String, PasskeyOptions.Request> passkeys;
    private final Places places;

    /// @param passkeys what a browser needs to ask for one of a user's passkeys, by the user's identity
    /// @param places where those are who ask
    public ChallengeApi(Challenges challenges, Function<String, PasskeyOptions.Request> passkeys, Places places) {
        this.challenges = challenges;
        this.passkeys = passkeys;
        this.places = places;
    }

    /// The proof of an approval: the number, or one second factor, or both; then both must be right.
    ///
    /// @param number the number that the asking side shows
    /// @param totp a code of an authenticator app
    /// @param recovery a recovery code
    /// @param passkey a passkey's answer, as the browser gives it, in JSON
    public record Approval(
            Optional<Integer> number, Optional<String> totp, Optional<String> recovery, Optional<String> passkey) {
        private static final int MAX_CHARS = 16_384;

        /// Checks it.
        ///
        /// @throws IllegalArgumentException when it is nothing, more than one second factor, or too long
        public Approval {
            long factors = List.of(totp, recovery, passkey).stream()
                    .filter(Optional::isPresent)
                    .count();
            if (factors > 1 || (factors == 0 && number.isEmpty())) {
                throw new IllegalArgumentException("send the number, or one of totp, recovery and passkey");
            }
            if (totp.or(() -> recovery).or(() -> passkey).orElse("").length() > MAX_CHARS) {
                throw new IllegalArgumentException("the proof is too long");
            }
        }

        Optional<Proof.Factor> factor() {
            return totp.map(code -> new Proof.Factor(Method.TOTP, code))
                    .or(() -> recovery.map(code -> new Proof.Factor(Method.RECOVERY, code)))
                    .or(() -> passkey.map(answer -> new Proof.Factor(Method.PASSKEY, answer)));
        }
    }

    /// A denial.
    ///
    /// @param report true for "this was not me": locks the device and alerts
    public record Denial(boolean report) {}

    /// What a link from a notice carries.
    ///
    /// @param secret from the link
    public record Link(String secret) {}

    /// What a link from a notice carries when it denies.
    ///
    /// @param secret from the link
    /// @param report true for "this was not me"
    public record LinkDenial(String secret, boolean report) {}

    /// What waits, with the number to be chosen on the other device. For the side that asks.
    ///
    /// @param id the challenge
    /// @param resource what was touched
    /// @param target its address and port
    /// @param number the number
    /// @param expiresAt when it ends by itself
    public record Waiting(String id, String resource, String target, int number, Instant expiresAt) {}

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/challenges", "List challenges, the newest first")
                        .query("scope", "`all` for everybody's, which needs VIEW ALL LOGS; own ones without")
                        .query("state", "open, approved, denied or expired")
                        .pages(ChallengeView.class)
                        .by(this::list),
                Route.get("/challenges/{id}", "Show a challenge")
                        .answers(ChallengeView.class)
                        .by(this::show),
                Route.post("/challenges/{id}/approve", "Approve a challenge: it was me")
                        .body(Approval.class)
                        .answers(ChallengeView.class)
                        .by(this::approve),
                Route.post("/challenges/{id}/passkey/options", "Get what a browser needs to approve with a passkey")
                        .answers(PasskeyOptions.Request.class)
                        .by(this::passkeyOptions),
                Route.post("/challenges/{id}/deny", "Deny a challenge")
                        .body(Denial.class)
                        .answers(ChallengeView.class)
                        .by(this::deny),
                Route.post("/challenges/{id}/link", "Show the challenge of a link")
                        .access(Access.anyone())
                        .body(Link.class)
                        .answers(ChallengeView.class)
                        .by(this::showLink),
                Route.post("/challenges/{id}/link/approve", "Approve by the link of a notice")
                        .access(Access.anyone())
                        .body(Link.class)
                        .answers(ChallengeView.class)
                        .by(request -> view(challenges.approveByLink(
                                linkActor(request),
                                request.path("id"),
                                request.body(Link.class).secret()))),
                Route.post("/challenges/{id}/link/deny", "Deny by the link of a notice")
                        .access(Access.anyone())
                        .body(LinkDenial.class)
                        .answers(ChallengeView.class)
                        .by(request -> {
                            LinkDenial denial = request.body(LinkDenial.class);
                            return view(challenges.denyByLink(
                                    linkActor(request), request.path("id"), denial.secret(), denial.report()));
                        }),
                Route.get("/me/waiting", "List what waits for my approval, with the numbers to choose elsewhere")
                        .query("q", "part of what was touched or its address")
                        .pages(Waiting.class)
                        .by(this::waiting));
    }

    private Object list(Request request) {
        Principal principal = request.principal();
        boolean all = request.query("scope").filter("all"::equals).isPresent();
        if (all && !principal.may(Permission.VIEW_ALL_LOGS)) {
            throw Problem.forbidden(
                    "seeing the challenges of others needs the permission " + Permission.VIEW_ALL_LOGS.label());
        }
        Optional<String> user = all ? Optional.empty() : Optional.of(principal.requireUser());
        return challenges
                .list(user, request.query("state").map(ChallengeApi::state), request.page())
                .map(this::shown);
    }

    private static State state(String name) {
        for (State state : State.values()) {
            if (state.name().toLowerCase(Locale.ROOT).equals(name)) {
                return state;
            }
        }
        throw Problem.invalid("state", "a state is open, approved, denied or expired");
    }

    private Object show(Request request) {
        Principal principal = request.principal();
        return challenges
                .find(request.path("id"))
                .filter(challenge ->
                        principal.userId().filter(challenge.userId()::equals).isPresent()
                                || principal.may(Permission.VIEW_ALL_LOGS))
                .map(this::shown)
                .orElseThrow(ChallengeApi::unknown);
    }

    /// A number counts only from a login, which has given a second factor; a token can't tell who reads the number.
    private Object approve(Request request) {
        Principal principal = request.principal();
        Approval approval = request.body(Approval.class);
        boolean proven = principal.via() == Actor.Via.SESSION
                && principal.secondFactorAt().isPresent();
        if (approval.factor().isEmpty() && !proven) {
            throw Problem.forbidden("factor-required", "approve with a code or a passkey: this login gave none yet");
        }
        return view(challenges.approve(
                principal.actor(),
                principal.requireUser(),
                request.path("id"),
                new Proof(approval.number(), approval.factor())));
    }

    private Object passkeyOptions(Request request) {
        String user = request.principal().requireUser();
        boolean waits = challenges
                .find(request.path("id"))
                .filter(challenge -> challenge.userId().equals(user) && challenge.state() == State.OPEN)
                .isPresent();
        if (!waits) {
            throw unknown();
        }
        return passkeys.apply(user);
    }

    private Object deny(Request request) {
        Principal principal = request.principal();
        return view(challenges.deny(
                principal.actor(),
                principal.requireUser(),
                request.path("id"),
                request.body(Denial.class).report()));
    }

    private Object showLink(Request request) {
        return challenges
                .byLink(request.path("id"), request.body(Link.class).secret())
                .map(this::shown)
                .orElseThrow(ChallengeApi::unknown);
    }

    private static Actor linkActor(Request request) {
        return new Actor("link", Optional.empty(), Actor.Via.LOGIN, request.source());
    }

    private Object waiting(Request request) {
        List<Challenge> open = challenges
                .list(
                        Optional.of(request.principal().requireUser()),
                        Optional.of(State.OPEN),
                        new Page.Request(Optional.empty(), Challenges.MAX_OPEN))
                .items();
        return ShortList.of(request, open)
                .text(challenge -> challenge.subject().resource() + " "
                        + challenge.subject().target())
                .downwards(Challenge::id)
                .map(challenge -> new Waiting(
                        challenge.id(),
                        challenge.subject().resource(),
                        challenge.subject().target(),
                        challenge.number(),
                        challenge.expiresAt()));
    }

    private ChallengeView shown(Challenge challenge) {
        return ChallengeView.of(challenge, places);
    }

    private ChallengeView view(Challenges.Answered answered) {
        return switch (answered) {
            case Challenges.Answered.Settled(Challenge challenge) -> shown(challenge);
            case Challenges.Answered.Refused(String code, String sentence) ->
                throw Problem.other(code.equals("gone") ? 409 : 403, code, sentence);
        };
    }

    private static Problem unknown() {
        return Problem.notFound("there is no such challenge, or it is not open any more");
    }
}
