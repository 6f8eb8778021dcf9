package dev.sekisho.control.simulate;

import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.GrantDraft;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.people.Person;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.ResourceDraft;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Changes that somebody thinks of. Immutable.
///
/// @param grants made, changed and taken back
/// @param resources made, changed and removed
/// @param memberships roles of users
public record PolicyDraft(List<OfGrant> grants, List<OfResource> resources, List<OfUser> memberships) {
    public PolicyDraft {
        grants = List.copyOf(grants);
        resources = List.copyOf(resources);
        memberships = List.copyOf(memberships);
    }

    /// A grant.
    ///
    /// @param id of one that is there; empty = a new one
    /// @param next what it is to say; empty = it is taken back
    public record OfGrant(Optional<String> id, Optional<GrantDraft> next) {}

    /// A resource.
    ///
    /// @param id name or identity of one that is there; empty = a new one
    /// @param next what it is to be; empty = it is removed with its grants
    public record OfResource(Optional<String> id, Optional<ResourceDraft> next) {}

    /// The roles of a user.
    ///
    /// @param user name or identity
    /// @param roles names of roles, these and no others
    public record OfUser(String user, List<String> roles) {
        public OfUser {
            roles = List.copyOf(roles);
        }
    }

    /// Whether nothing is changed.
    public boolean isEmpty() {
        return grants.isEmpty() && resources.isEmpty() && memberships.isEmpty();
    }

    /// The same material with the draft in it, by the very checks that hold when it is saved.
    ///
    /// @throws Problem 400, 404, 409 as saving it would
    PolicyMaterial over(PolicyMaterial before, Transaction transaction, PolicyMaterial.Sources sources) {
        Map<String, AccessGrant> nextGrants = new LinkedHashMap<>(before.grants());
        Map<String, Resource> nextResources = new LinkedHashMap<>(before.resources());
        for (OfResource change : resources) {
            change(change, transaction, sources, nextResources);
        }
        for (OfGrant change : grants) {
            change.next()
                    .ifPresentOrElse(
                            draft -> {
                                AccessGrant made = sources.grants().sketch(transaction, change.id(), draft);
                                nextGrants.put(made.id(), made);
                            },
                            () -> nextGrants.remove(known(change.id(), nextGrants)));
        }
        Map<UserId, User> nextUsers = new LinkedHashMap<>(before.users());
        for (OfUser change : memberships) {
            User user = user(change, transaction, sources);
            if (nextUsers.containsKey(user.id())) {
                nextUsers.put(user.id(), user);
            }
        }
        return new PolicyMaterial(before.roles(), nextUsers, nextResources, nextGrants);
    }

    private static String known(Optional<String> id, Map<String, AccessGrant> grants) {
        return id.filter(grants::containsKey)
                .orElseThrow(() -> Problem.invalid("grants", "a grant that is to be taken back isn't there"));
    }

    private static void change(
            OfResource change,
            Transaction transaction,
            PolicyMaterial.Sources sources,
            Map<String, Resource> resources) {
        Optional<String> id = change.id()
                .map(name -> sources.resources()
                        .named(transaction, name)
                        .orElseThrow(() -> Problem.invalid("resources", "there is no resource '" + name + "'"))
                        .id());
        change.next()
                .ifPresentOrElse(
                        draft -> {
                            Resource made = sources.resources().sketch(transaction, id, draft);
                            resources.put(made.id(), made);
                        },
                        () -> resources.remove(id.orElseThrow(
                                () -> Problem.invalid("resources", "say which resource is to be removed"))));
    }

    private static User user(OfUser change, Transaction transaction, PolicyMaterial.Sources sources) {
        Person person = sources.people()
                .user(transaction, change.user())
                .orElseThrow(() -> Problem.invalid("users", "there is no user '" + change.user() + "'"));
        List<String> ids = change.roles().stream()
                .map(name -> sources.people()
                        .role(transaction, name)
                        .map(NamedRole::id)
                        .orElseThrow(() -> Problem.invalid("users", "there is no role '" + name + "'")))
                .toList();
        return sources.people().having(transaction, person.name(), ids);
    }
}
