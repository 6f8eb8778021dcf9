package dev.sekisho.policy.compile;

import dev.sekisho.policy.Grant;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.User;

/// What one policy has that another has not. Immutable.
///
/// @param handOffs whether these differ
record PolicyDifference(
        Difference<Role> roles,
        Difference<User> users,
        Difference<IpResource> resources,
        Difference<Grant> grants,
        boolean handOffs) {
    /// @param before checked: no name is there twice
    static PolicyDifference between(Policy before, Policy next) {
        return new PolicyDifference(
                Difference.between(before.roles(), next.roles(), Role::id),
                Difference.between(before.users(), next.users(), User::id),
                Difference.between(before.resources(), next.resources(), IpResource::id),
                Difference.between(before.grants(), next.grants(), Grant::id),
                !before.handOffs().equals(next.handOffs()));
    }

    /// How many things are gone, come or changed, those that were changed twice.
    int size() {
        return roles.size() + users.size() + resources.size() + grants.size();
    }
}
