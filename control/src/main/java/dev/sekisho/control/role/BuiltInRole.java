package dev.sekisho.control.role;

import dev.sekisho.policy.Permission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The roles that are shipped: each allows what its task needs and no more (product line C06). Their permissions are
/// those of the program's version; their members are the installation's.
@SuppressWarnings("ImmutableEnumChecker") // the sets and lists are copies that nobody can change
public enum BuiltInRole {
    /// What everybody has.
    USER("user", "Everybody: may ask for access", EnumSet.of(Permission.REQUEST)),
    /// Gets devices (product line P03).
    DEFAULT_WIREGUARD_USER(
            "default_wireguard_user", "May have devices of their own", EnumSet.of(Permission.ADD_OWN_DEVICES)),
    /// Sees everything, changes nothing.
    AUDITOR(
            "auditor",
            "Sees users, network, logs and the audit log; changes nothing",
            EnumSet.of(
                    Permission.VIEW_USERS, Permission.VIEW_NETWORK, Permission.VIEW_ALL_LOGS, Permission.VIEW_AUDIT)),
    /// Decides on requests.
    APPROVER("approver", "Decides on requests for access", EnumSet.of(Permission.APPROVE_REQUESTS)),
    /// Runs the network.
    NETWORK_MANAGER(
            "network_manager",
            "Manages devices, resources and grants",
            EnumSet.of(
                    Permission.VIEW_NETWORK,
                    Permission.MANAGE_DEVICES,
                    Permission.MANAGE_RESOURCES,
                    Permission.MANAGE_GRANTS)),
    /// Looks after users. Has what users have, since nobody hands out what they don't have.
    USER_MANAGER(
            "user_manager",
            "Makes, changes and locks users who may do no more than themselves",
            EnumSet.of(Permission.VIEW_USERS, Permission.MANAGE_USERS),
            USER,
            DEFAULT_WIREGUARD_USER),
    /// May do everything.
    ADMINISTRATOR("administrator", "May do everything", EnumSet.allOf(Permission.class));

    private final String label;
    private final String description;
    private final Set<Permission> permissions;
    private final List<BuiltInRole> parents;

    BuiltInRole(String label, String description, Set<Permission> permissions, BuiltInRole... parents) {
        this.label = label;
        this.description = description;
        this.permissions = Set.copyOf(permissions);
        this.parents = List.of(parents);
    }

    /// The role's name.
    public String label() {
        return label;
    }

    /// What it is for.
    public String description() {
        return description;
    }

    /// What it allows by itself.
    public Set<Permission> permissions() {
        return permissions;
    }

    /// What whoever has it also has; each comes earlier in the order of this enum.
    public List<BuiltInRole> parents() {
        return parents;
    }
}
