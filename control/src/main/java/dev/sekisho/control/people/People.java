package dev.sekisho.control.people;

import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.User;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The port to users and roles. Thread-safe.
public interface People {
    /// Everybody who may use something, and all roles, as the policy wants them.
    record Everybody(List<Role> roles, List<User> users) {
        public Everybody {
            roles = List.copyOf(roles);
            users = List.copyOf(users);
        }
    }

    /// A user by identity or name; capitals don't matter.
    Optional<Person> user(Transaction transaction, String idOrName);

    /// A role by identity or name; capitals don't matter.
    Optional<NamedRole> role(Transaction transaction, String idOrName);

    /// The identities of all roles that a user has, those included to which their roles belong.
    Set<String> rolesOf(Transaction transaction, String userId);

    /// Users who are active, and all roles.
    Everybody everybody(Transaction transaction);

    /// The same of some users, by name; capitals don't matter. Those who are not active or not there are left out.
    Everybody some(Transaction transaction, Collection<String> users);

    /// A user as the policy would want them if they had these roles directly and no others.
    ///
    /// @param roleIds identities of roles; unknown ones don't count
    User having(Transaction transaction, String user, Collection<String> roleIds);
}
