package dev.sekisho.policy.compile;

/// Why a packet was refused.
public enum DenyReason {
    /// No grant of the user, or of a role of theirs, opens this address and port.
    NO_GRANT,
    /// A grant that holds now forbids it.
    DENY_GRANT,
    /// A grant would allow it, but not at this time.
    NOT_NOW,
    /// A decoy was touched; nobody has business there.
    DECOY,
    /// The policy doesn't know the user.
    UNKNOWN_USER,
    /// Neither TCP, UDP nor an ICMP echo of the address's own family.
    PROTOCOL
}
