package dev.sekisho.control.request;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A request for access as it is kept. Immutable.
///
/// @param user who wants access
/// @param resource to what
/// @param wish what was asked for
/// @param approvals how many different people must approve
/// @param votes of those who decided so far, in their order
/// @param expiresAt when nobody may decide any more
/// @param accessUntil when the access that it gave ends
/// @param grantId the grant that it gave, as long as that is there
/// @param version grows with every change
public record AccessRequest(
        String id,
        Named user,
        Named resource,
        Wish wish,
        int approvals,
        List<Vote> votes,
        State state,
        Instant openedAt,
        Instant expiresAt,
        Optional<Instant> accessUntil,
        Optional<String> grantId,
        long version) {
    /// Something with a name.
    public record Named(String id, String name) {}

    /// What was asked for.
    ///
    /// @param ticket may be empty
    public record Wish(String reason, String ticket, Duration duration) {}

    /// What one person decided.
    public record Vote(Named by, boolean approve, String comment, Instant at) {}

    /// How far it is.
    public enum State {
        OPEN,
        /// It gave access, which may have ended.
        APPROVED,
        DENIED,
        /// Who asked took it back.
        CANCELLED,
        /// Nobody decided in time.
        EXPIRED,
        /// The access that it gave has ended.
        ENDED
    }

    public AccessRequest {
        votes = List.copyOf(votes);
    }

    /// The state at a moment: what nobody has noted yet included.
    public State stateAt(Instant now) {
        if (state == State.OPEN && !expiresAt.isAfter(now)) {
            return State.EXPIRED;
        }
        boolean over = accessUntil.filter(end -> !end.isAfter(now)).isPresent();
        return state == State.APPROVED && over ? State.ENDED : state;
    }

    AccessRequest with(State next) {
        return new AccessRequest(
                id,
                user,
                resource,
                wish,
                approvals,
                votes,
                next,
                openedAt,
                expiresAt,
                accessUntil,
                grantId,
                version + 1);
    }

    AccessRequest approved(Instant until, String grant) {
        return new AccessRequest(
                id,
                user,
                resource,
                wish,
                approvals,
                votes,
                State.APPROVED,
                openedAt,
                expiresAt,
                Optional.of(until),
                Optional.of(grant),
                version + 1);
    }

    AccessRequest with(Vote vote) {
        List<Vote> more = new ArrayList<>(votes);
        more.add(vote);
        return new AccessRequest(
                id, user, resource, wish, approvals, more, state, openedAt, expiresAt, accessUntil, grantId, version);
    }
}
