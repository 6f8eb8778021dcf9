package dev.sekisho.policy;

import java.util.Objects;

/// Who may, or explicitly may not, reach a resource, and when (product lines R03-R05, R07). Immutable.
///
/// @param id its name
/// @param resource what it is about
/// @param to who it is given to
/// @param deny whether it forbids; a grant that forbids wins over any that allows
/// @param mfa whether access asks for a second factor; without meaning when it forbids
/// @param validity when it holds
public record Grant(GrantId id, ResourceId resource, Subject to, boolean deny, boolean mfa, Validity validity) {
    public Grant {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(validity, "validity");
        if (mfa && !deny && to instanceof Subject.Network) {
            throw new IllegalArgumentException(
                    "a grant to a network can't ask for a second factor: nobody is there to answer");
        }
    }
}
