package dev.sekisho.policy.compile;

import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Whether a policy fits together that differs a little from one that does, and which rules the difference takes along.
/// What is the same is not checked again. Used once, by one thread.
final class EditCheck {
    private static final int FEW = 8;

    private final Compilation before;
    private final SnapshotParts old;
    private final PolicyDifference difference;
    private final Map<ResourceId, IpResource> comeResources = new HashMap<>();
    private final Set<Object> goneResources;
    private final Set<Object> goneUsers;
    private final Set<Object> comeUsers;
    private RoleGraph graph;
    private final Set<Rule> gone = new HashSet<>();
    private final List<Grant> again = new ArrayList<>();

    EditCheck(Compilation before, PolicyDifference difference) {
        this.before = before;
        this.old = before.snapshot().parts();
        this.difference = difference;
        this.graph = old.roles();
        this.goneResources = difference.resources().goneNames(IpResource::id);
        this.goneUsers = difference.users().goneNames(User::id);
        this.comeUsers = difference.users().comeNames(User::id);
    }

    /// Whether the next policy can be made of the one before. If not, it may be one that has problems. Nothing of the
    /// one
    /// before is changed.
    boolean fits() {
        return rolesFit() && usersFit() && grantsAreFresh() && resourcesFit() && grantsFit() && goneUsersHaveNothing();
    }

    /// Each name once, and only one that is free.
    private static <T> boolean areFresh(Difference<T> difference, Function<T, Object> name, Predicate<T> known) {
        Set<Object> gone = difference.goneNames(name);
        return difference.comeNames(name).size() == difference.come().size()
                && difference.come().stream().allMatch(each -> gone.contains(name.apply(each)) || !known.test(each));
    }

    private boolean rolesFit() {
        Difference<Role> roles = difference.roles();
        if (roles.isEmpty()) {
            return true;
        }
        graph = old.roles().with(roles.come());
        return areFresh(roles, Role::id, role -> old.roles().indexOf(role.id()) >= 0)
                && roles.comeNames(Role::id).containsAll(roles.goneNames(Role::id))
                && roles.come().stream().allMatch(role -> areRoles(role.roles()))
                && graph.cycles().isEmpty();
    }

    private boolean areRoles(List<RoleId> roles) {
        return roles.stream().allMatch(role -> graph.indexOf(role) >= 0);
    }

    private boolean usersFit() {
        return areFresh(difference.users(), User::id, user -> old.users().numberOf(user.id()) >= 0)
                && difference.users().come().stream().allMatch(user -> areRoles(user.roles()));
    }

    private boolean grantsAreFresh() {
        difference.grants().gone().forEach(grant -> gone.add(rule(grant.id())));
        return areFresh(difference.grants(), Grant::id, grant -> before.rules().containsKey(grant.id()));
    }

    private Rule rule(GrantId id) {
        Rule rule = before.rules().get(id);
        if (rule == null) {
            throw new IllegalStateException("no rule of grant '" + id + "'");
        }
        return rule;
    }

    private boolean resourcesFit() {
        Difference<IpResource> resources = difference.resources();
        resources.come().forEach(resource -> comeResources.put(resource.id(), resource));
        boolean fit = areFresh(
                        resources,
                        IpResource::id,
                        resource -> before.resources().containsKey(resource.id()))
                && before.handedOff().keySet().stream().noneMatch(goneResources::contains);
        return fit && (goneResources.isEmpty() || rulesFollow());
    }

    /// Finds the rules of resources that were changed or are gone.
    ///
    /// @return whether nothing is about one that is gone
    private boolean rulesFollow() {
        List<IpResource> few = new ArrayList<>();
        difference.resources().gone().stream()
                .limit(FEW + 1)
                .flatMap(resource -> Stream.ofNullable(before.resources().get(resource.id())))
                .forEach(few::add);
        for (int rank = 0; rank < old.book().count(); rank++) {
            Rule rule = old.book().ranked(rank);
            if (isTouched(rule.resource(), few) && gone.add(rule)) {
                if (!comeResources.containsKey(rule.resource().id())) {
                    return false;
                }
                again.add(rule.grant());
            }
        }
        return true;
    }

    /// Of few the objects are compared, which is much faster: there may be a hundred thousand rules.
    ///
    /// @param few those that were changed or are gone, the very ones that the rules are about
    @SuppressWarnings("ReferenceEquality")
    private boolean isTouched(IpResource resource, List<IpResource> few) {
        if (few.size() > FEW) {
            return goneResources.contains(resource.id());
        }
        for (IpResource touched : few) {
            if (touched == resource) {
                return true;
            }
        }
        return false;
    }

    private boolean grantsFit() {
        return difference.grants().come().stream()
                .allMatch(grant -> isResource(grant.resource()) && isThere(grant.to()));
    }

    private boolean isResource(ResourceId id) {
        return comeResources.containsKey(id) || (before.resources().containsKey(id) && !goneResources.contains(id));
    }

    private boolean isThere(Subject subject) {
        return switch (subject) {
            case Subject.User(UserId id) ->
                comeUsers.contains(id) || (old.users().numberOf(id) >= 0 && !goneUsers.contains(id));
            case Subject.Role(RoleId id) -> graph.indexOf(id) >= 0;
            case Subject.Network _ -> true;
        };
    }

    /// Whether no grant is left to somebody who is no more.
    private boolean goneUsersHaveNothing() {
        Map<Subject, Integer> left = new HashMap<>();
        for (Object name : goneUsers) {
            if (!comeUsers.contains(name) && name instanceof UserId id) {
                left.put(
                        new Subject.User(id),
                        old.users().own(old.users().numberOf(id)).count());
            }
        }
        gone.forEach(rule -> left.computeIfPresent(rule.grant().to(), (_, count) -> count - 1));
        return left.values().stream().allMatch(count -> count == 0);
    }

    /// The roles of the next policy.
    RoleGraph graph() {
        return graph;
    }

    /// Rules of grants that are gone or changed, or whose resource has changed; compared by identity.
    Set<Rule> gone() {
        return gone;
    }

    /// Grants that are as they were, but about a resource that has changed.
    List<Grant> again() {
        return again;
    }

    /// Resources that are new or changed.
    Map<ResourceId, IpResource> comeResources() {
        return comeResources;
    }
}
