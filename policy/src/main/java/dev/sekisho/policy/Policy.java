package dev.sekisho.policy;

import java.util.List;

/// Everything that decides who may reach what, as it was written. Immutable; [dev.sekisho.policy.compile] checks
/// that it fits together.
///
/// @param version grows with every change; 0 = before the first
public record Policy(
        long version,
        List<Role> roles,
        List<User> users,
        List<IpResource> resources,
        List<Grant> grants,
        List<HandOff> handOffs) {
    public Policy {
        roles = List.copyOf(roles);
        users = List.copyOf(users);
        resources = List.copyOf(resources);
        grants = List.copyOf(grants);
        handOffs = List.copyOf(handOffs);
    }
}
