package dev.sekisho.control.factor;

import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.FactorEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.role.RoleLattice;
import dev.sekisho.control.role.Roles;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.user.User;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Permission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Who must have a second factor. Thread-safe.
///
/// The policies of everybody, of a user's directory and of all their roles hold together: the strictest says whether
/// one is required, only kinds that all of them name will do.
public final class FactorPolicies {
    /// Those who may do these need a second factor while nobody has said anything else: what manages, reveals or shows
    /// what is everybody's.
    static final Set<Permission> PRIVILEGED = privileged();

    private final UnitOfWork work;
    private final FactorPolicyStore store;
    private final Roles roles;

    public FactorPolicies(UnitOfWork work, FactorPolicyStore store, Roles roles) {
        this.work = work;
        this.store = store;
        this.roles = roles;
    }

    private static Set<Permission> privileged() {
        Set<Permission> set = EnumSet.of(Permission.BACKUP, Permission.VIEW_AUDIT);
        for (Permission permission : Permission.values()) {
            String name = permission.label();
            if (name.startsWith("MANAGE") || name.startsWith("REVEAL") || name.startsWith("VIEW ALL")) {
                set.add(permission);
            }
        }
        return Set.copyOf(set);
    }

    /// What holds for a user.
    ///
    /// @param required whether they must have one
    /// @param kinds which will do
    public record Decision(boolean required, Set<Kind> kinds) {
        public Decision {
            kinds = Set.copyOf(kinds);
        }
    }

    /// What holds for a user.
    public Decision decide(Transaction transaction, User user) {
        return decide(transaction, user, current(transaction));
    }

    /// What would hold for a user if these were all policies.
    Decision decide(Transaction transaction, User user, List<FactorPolicy> all) {
        List<FactorPolicy> matching = new ArrayList<>();
        if (all.stream().noneMatch(policy -> policy.scope().equals(FactorPolicy.DEFAULT))) {
            matching.add(FactorPolicy.shipped());
        }
        Set<String> scopes = scopes(transaction, user);
        all.stream().filter(policy -> scopes.contains(key(policy.scope()))).forEach(matching::add);
        Set<Kind> kinds = EnumSet.allOf(Kind.class);
        FactorPolicy.Required required = FactorPolicy.Required.NEVER;
        for (FactorPolicy policy : matching) {
            kinds.retainAll(policy.allowed());
            if (policy.requirement().compareTo(required) > 0) {
                required = policy.requirement();
            }
        }
        if (kinds.stream().noneMatch(kind -> kind != Kind.RECOVERY)) {
            kinds = FactorPolicy.shipped().allowed();
        }
        return new Decision(
                switch (required) {
                    case ALWAYS -> true;
                    case PRIVILEGED -> isPrivileged(transaction, user);
                    case NEVER -> false;
                },
                kinds);
    }

    private boolean isPrivileged(Transaction transaction, User user) {
        return roles.permissionsOf(transaction, user.id()).stream().anyMatch(PRIVILEGED::contains);
    }

    private Set<String> scopes(Transaction transaction, User user) {
        Set<String> scopes = new HashSet<>();
        scopes.add(FactorPolicy.DEFAULT);
        scopes.add(key("directory:" + user.directory()));
        roles.namesOf(transaction, user.id()).forEach(name -> scopes.add(key("role:" + name)));
        return scopes;
    }

    private static String key(String scope) {
        return NameKey.of(scope);
    }

    /// All policies; the one of everybody is always among them.
    public List<FactorPolicy> all() {
        return work.read(transaction -> {
            List<FactorPolicy> all = current(transaction);
            if (all.stream().anyMatch(policy -> policy.scope().equals(FactorPolicy.DEFAULT))) {
                return all;
            }
            List<FactorPolicy> more = new ArrayList<>(List.of(FactorPolicy.shipped()));
            more.addAll(all);
            return more;
        });
    }

    /// Replaces all policies.
    ///
    /// @throws Problem 400 when a scope is there twice or names a role that there is not
    public void replace(Principal by, List<FactorPolicy> policies) {
        replace(by, policies, _ -> {});
    }

    /// The same if nothing speaks against it.
    ///
    /// @param check throws when something does; sees what is there in the same transaction
    void replace(Principal by, List<FactorPolicy> policies, Consumer<Transaction> check) {
        requireDistinct(policies);
        work.change(by.actor(), transaction -> {
            RoleLattice all = roles.all(transaction);
            requireRoles(all, policies);
            check.accept(transaction);
            store.replace(
                    transaction,
                    policies.stream().map(policy -> kept(all, policy)).toList());
            List<ControlEvent> events = new ArrayList<>();
            policies.forEach(policy ->
                    events.add(new FactorEvent.PolicyChanged(policy.scope(), policy.required(), policy.kinds())));
            if (events.isEmpty()) {
                FactorPolicy shipped = FactorPolicy.shipped();
                events.add(new FactorEvent.PolicyChanged(shipped.scope(), shipped.required(), shipped.kinds()));
            }
            return new Change<>(true, events);
        });
    }

    /// What is kept names roles by their identity, so that a rule goes along when its role gets another name, and ends
    /// with it.
    private List<FactorPolicy> current(Transaction transaction) {
        List<FactorPolicy> kept = store.all(transaction);
        if (kept.stream().allMatch(policy -> policy.role().isEmpty())) {
            return kept;
        }
        RoleLattice all = roles.all(transaction);
        return kept.stream()
                .flatMap(policy -> policy.role().isEmpty()
                        ? Stream.of(policy)
                        : policy.role().flatMap(all::role).map(role -> policy.ofRole(role.name())).stream())
                .toList();
    }

    private static FactorPolicy kept(RoleLattice all, FactorPolicy policy) {
        return policy.role()
                .flatMap(all::named)
                .map(role -> policy.ofRole(role.id()))
                .orElse(policy);
    }

    private static void requireDistinct(List<FactorPolicy> policies) {
        Set<String> scopes = new HashSet<>();
        for (FactorPolicy policy : policies) {
            if (!scopes.add(key(policy.scope()))) {
                throw Problem.invalid("items", "there are two rules for " + policy.scope() + ": make them one");
            }
        }
    }

    /// A rule for a role that nobody can have would look like protection and be none.
    private static void requireRoles(RoleLattice all, List<FactorPolicy> policies) {
        for (FactorPolicy policy : policies) {
            policy.role().filter(name -> all.named(name).isEmpty()).ifPresent(name -> {
                throw Problem.invalid("items", "there is no role '" + name + "': choose another, or remove its rule");
            });
        }
    }
}
