package dev.sekisho.control.simulate;

import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.Grants;
import dev.sekisho.control.people.People;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the database says of the policy, as of one moment: what a policy is compiled from. Immutable.
///
/// @param roles all of them
/// @param users those who are active, by name
/// @param resources by identity
/// @param grants by identity, also those that are over
public record PolicyMaterial(
        List<Role> roles, Map<UserId, User> users, Map<String, Resource> resources, Map<String, AccessGrant> grants) {
    public PolicyMaterial {
        roles = List.copyOf(roles);
        users = Collections.unmodifiableMap(new LinkedHashMap<>(users));
        resources = Collections.unmodifiableMap(new LinkedHashMap<>(resources));
        grants = Collections.unmodifiableMap(new LinkedHashMap<>(grants));
    }

    /// Where it is read.
    public record Sources(People people, Resources resources, Grants grants) {}

    /// Reads all of it.
    public static PolicyMaterial read(Transaction transaction, Sources sources) {
        People.Everybody everybody = sources.people().everybody(transaction);
        Map<UserId, User> users = new LinkedHashMap<>();
        everybody.users().forEach(user -> users.put(user.id(), user));
        Map<String, Resource> resources = new LinkedHashMap<>();
        sources.resources().all(transaction).forEach(resource -> resources.put(resource.id(), resource));
        Map<String, AccessGrant> grants = new LinkedHashMap<>();
        sources.grants().all(transaction, grant -> grants.put(grant.id(), grant));
        return new PolicyMaterial(everybody.roles(), users, resources, grants);
    }

    /// The policy: all grants that are not over at a moment, and whose resource and recipient are there.
    public Policy policy(Instant from) {
        Set<RoleId> roleIds = new HashSet<>();
        roles.forEach(role -> roleIds.add(role.id()));
        List<Grant> live = new ArrayList<>();
        for (AccessGrant grant : grants.values()) {
            Resource resource = resources.get(grant.resourceId());
            boolean known = switch (grant.to().subject()) {
                case Subject.User user -> users.containsKey(user.id());
                case Subject.Role role -> roleIds.contains(role.id());
                case Subject.Network _ -> true;
            };
            if (resource != null && known && !grant.isOver(from)) {
                live.add(grant(grant, resource.ip()));
            }
        }
        return new Policy(
                0,
                roles,
                List.copyOf(users.values()),
                resources.values().stream().map(Resource::ip).toList(),
                live,
                List.of());
    }

    /// Names come from the resource: a draft may have given it another.
    private static Grant grant(AccessGrant grant, IpResource resource) {
        return new Grant(
                new GrantId(grant.id()),
                resource.id(),
                grant.to().subject(),
                grant.rule().deny(),
                grant.rule().mfa(),
                grant.rule().validity());
    }
}
