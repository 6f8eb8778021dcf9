package dev.sekisho.control.grant;

import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Validity;
import java.time.Instant;

/// A grant as it is kept. Immutable.
///
/// @param resource the resource's name
/// @param rule what it says
/// @param createdBy who made it, by name
/// @param version grows with every change
public record AccessGrant(
        String id,
        String resourceId,
        String resource,
        Recipient to,
        Rule rule,
        Instant createdAt,
        String createdBy,
        long version) {
    /// What a grant says.
    ///
    /// @param deny whether it forbids
    /// @param mfa whether it asks for a second factor
    /// @param validity when it holds
    /// @param comment why; may be empty
    public record Rule(boolean deny, boolean mfa, Validity validity, String comment) {}

    /// Whether its end has come.
    public boolean isOver(Instant now) {
        return rule.validity().until().filter(until -> !until.isAfter(now)).isPresent();
    }

    /// The same for the policy.
    public Grant grant() {
        return new Grant(
                new GrantId(id), new ResourceId(resource), to.subject(), rule.deny(), rule.mfa(), rule.validity());
    }
}
