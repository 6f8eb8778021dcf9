package dev.sekisho.control.role;

import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Permission;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where roles are kept. All methods work in the caller's transaction.
public interface RoleStore {
    /// All roles, by name.
    RoleLattice all(Transaction transaction);

    /// How many users have each role directly; those that nobody has are missing.
    Map<String, Long> sizes(Transaction transaction);

    /// Adds a role.
    void insert(Transaction transaction, Role role);

    /// Replaces all but the members.
    ///
    /// @param role with the version that was read
    /// @return false when it was changed in the meantime or is gone
    boolean update(Transaction transaction, Role role);

    /// Removes a role; it is no one's parent and nobody's role any more.
    boolean delete(Transaction transaction, String id, long version);

    /// The identities of those who have a role directly.
    Set<String> members(Transaction transaction, String roleId);

    /// Those who have a role directly, by name.
    ///
    /// @param text part of the name, display name or address
    Page<Member> members(Transaction transaction, String roleId, Optional<String> text, Page.Request page);

    /// Gives a role to a user.
    void add(Transaction transaction, String roleId, String userId);

    /// Takes a role from a user.
    void remove(Transaction transaction, String roleId, String userId);

    /// The identities of the roles that a user has directly.
    List<String> rolesOf(Transaction transaction, String userId);

    /// The same for many users; those who have none are missing.
    Map<String, List<String>> rolesOf(Transaction transaction, Collection<String> userIds);

    /// The names of all roles that a user has, directly or through others.
    List<String> namesOf(Transaction transaction, String userId);

    /// The names of the roles that a user has directly, in no order.
    List<String> directNamesOf(Transaction transaction, String userId);

    /// What a user may do, through all roles.
    Set<Permission> permissionsOf(Transaction transaction, String userId);

    /// How many people who are not disabled have one of these roles.
    long activePeople(Transaction transaction, Collection<String> roleIds);

    /// Identities and names of users, for those that exist.
    List<Member> users(Transaction transaction, Collection<String> userIds);

    /// Somebody who has a role, by name.
    record Member(String id, String name) {}
}
