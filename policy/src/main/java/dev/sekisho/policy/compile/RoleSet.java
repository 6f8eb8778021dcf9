package dev.sekisho.policy.compile;

/// The roles that somebody has, direct and inherited. Users who have the same share one. Immutable and thread-safe.
final class RoleSet {
    static final RoleSet NONE = new RoleSet(new int[0], 0);

    private final int[] roles;

    /// The same, a bit for each role of the policy.
    private final long[] bits;

    /// @param roles their numbers, each once
    /// @param allRoles how many the policy has
    RoleSet(int[] roles, int allRoles) {
        this.roles = roles;
        this.bits = new long[(allRoles + Long.SIZE - 1) / Long.SIZE];
        for (int role : roles) {
            bits[role / Long.SIZE] |= 1L << role;
        }
    }

    int count() {
        return roles.length;
    }

    int role(int i) {
        return roles[i];
    }

    /// Whether a role is among them; it may be one that came later.
    boolean has(int role) {
        int at = role / Long.SIZE;
        return at < bits.length && (bits[at] & 1L << role) != 0;
    }
}
