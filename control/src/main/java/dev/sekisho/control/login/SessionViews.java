package dev.sekisho.control.login;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.factor.Kind;
import dev.sekisho.control.factor.SecondFactors;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.user.User;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Principal;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What clients see of their login session. Thread-safe.
public final class SessionViews {
    /// A user, as they see themselves.
    public record Person(String id, String name, String displayName, Optional<String> email) {}

    /// A second factor that can be shown.
    ///
    /// @param kind `totp`, `passkey`, `recovery` or `email`
    public record FactorView(String id, String kind, String name) {}

    /// A login session.
    ///
    /// @param permissions labels of what it may do now
    /// @param roles names of those that the user has directly
    /// @param stage `factor`, `password`, `enroll` or `complete`
    /// @param factors those that count
    /// @param acceptedKinds the kinds of second factors that the policies take from this user
    /// @param csrfToken what unsafe requests must carry in `X-CSRF-Token`
    public record View(
            Person user,
            List<String> permissions,
            List<String> roles,
            String stage,
            List<FactorView> factors,
            List<String> acceptedKinds,
            String csrfToken,
            Optional<Instant> secondFactorAt,
            Instant expiresAt,
            long idleSeconds) {
        @Override
        public String toString() {
            return "View[" + user.name() + "]";
        }
    }

    private final UnitOfWork work;
    private final Sessions sessions;
    private final SecondFactors factors;
    private final Roles roles;

    public SessionViews(UnitOfWork work, Sessions sessions, SecondFactors factors, Roles roles) {
        this.work = work;
        this.sessions = sessions;
        this.factors = factors;
        this.roles = roles;
    }

    /// The answer to a login: the session, and its cookie.
    public Answer opened(Sessions.Opened opened) {
        View view = work.read(transaction -> view(
                transaction,
                sessions.state(transaction, opened.session())
                        .orElseThrow(() -> new IllegalStateException("a session ended as it began"))));
        return Answer.of(view).header("Set-Cookie", sessions.cookie(opened.secret()));
    }

    /// The session of somebody who came by one.
    public View of(Principal by) {
        return work.read(transaction -> view(transaction, sessions.require(transaction, by)));
    }

    private View view(Transaction transaction, Sessions.State state) {
        User user = state.user();
        LoginSession session = state.session();
        return new View(
                new Person(user.id(), user.name(), user.displayName(), user.email()),
                state.usable().stream().map(Permission::label).sorted().toList(),
                roles.directNamesOf(transaction, user.id()),
                state.stage().label(),
                factorViews(transaction, state),
                state.standing().decision().kinds().stream()
                        .map(Kind::label)
                        .sorted()
                        .toList(),
                session.csrf(),
                session.factorAt(),
                session.expiresAt(),
                sessions.limits().idle().toSeconds());
    }

    private List<FactorView> factorViews(Transaction transaction, Sessions.State state) {
        List<FactorView> views = new ArrayList<>();
        Set<Kind> kinds = state.standing().counting();
        factors.of(transaction, state.user().id()).stream()
                .filter(factor -> factor.confirmed() && kinds.contains(factor.kind()))
                .forEach(factor ->
                        views.add(new FactorView(factor.id(), factor.kind().label(), factor.name())));
        for (Kind kind : new Kind[] {Kind.RECOVERY, Kind.EMAIL}) {
            if (kinds.contains(kind)) {
                views.add(new FactorView(kind.label(), kind.label(), ""));
            }
        }
        return views;
    }
}
