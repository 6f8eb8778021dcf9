package dev.sekisho.policy;

import java.util.Optional;

/// What a person may do beyond reaching resources, by the name that people see (product line C06).
public enum Permission {
    /// May scan: neither the scan detector nor a decoy locks their devices (product line I04).
    IP_SCAN("IP SCAN"),
    /// May ask for access to what is requestable.
    REQUEST("REQUEST"),
    /// May decide on requests of others.
    APPROVE_REQUESTS("APPROVE REQUESTS"),
    /// May add devices of their own, within the limit.
    ADD_OWN_DEVICES("ADD OWN DEVICES"),
    /// May see users, roles, directories and who has which second factor.
    VIEW_USERS("VIEW USERS"),
    /// May make, change, lock and delete users and reset their passwords and second factors.
    MANAGE_USERS("MANAGE USERS"),
    /// May make and change roles, their permissions and members.
    MANAGE_ROLES("MANAGE ROLES"),
    /// May connect user directories (LDAP, OIDC).
    MANAGE_DIRECTORIES("MANAGE DIRECTORIES"),
    /// May make service accounts and revoke anybody's API tokens and login sessions.
    MANAGE_TOKENS("MANAGE TOKENS"),
    /// May see all devices, resources, grants and requests, and ask why something is allowed or not.
    VIEW_NETWORK("VIEW NETWORK"),
    /// May add, change, approve, lock and unlock the devices of others.
    MANAGE_DEVICES("MANAGE DEVICES"),
    /// May make and change IP resources.
    MANAGE_RESOURCES("MANAGE RESOURCES"),
    /// May make and revoke grants.
    MANAGE_GRANTS("MANAGE GRANTS"),
    /// May see everybody's flows and challenges.
    VIEW_ALL_LOGS("VIEW ALL LOGS"),
    /// May read, verify and export the audit log.
    VIEW_AUDIT("VIEW AUDIT"),
    /// May keep and change secrets, without seeing them.
    MANAGE_SECRETS("MANAGE SECRETS"),
    /// May see a secret's value; each time is recorded and expires.
    REVEAL_SECRET("REVEAL SECRET"),
    /// May set up alert channels and see what was not delivered.
    MANAGE_ALERTS("MANAGE ALERTS"),
    /// May change the server's settings.
    MANAGE_SETTINGS("MANAGE SETTINGS"),
    /// May make backups.
    BACKUP("BACKUP");

    private final String label;

    Permission(String label) {
        this.label = label;
    }

    /// The name in files, portal and API.
    public String label() {
        return label;
    }

    /// The permission of a name, exactly as [#label] gives it.
    public static Optional<Permission> of(String label) {
        for (Permission permission : values()) {
            if (permission.label.equals(label)) {
                return Optional.of(permission);
            }
        }
        return Optional.empty();
    }
}
