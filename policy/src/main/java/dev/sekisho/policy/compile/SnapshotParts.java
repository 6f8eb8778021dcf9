package dev.sekisho.policy.compile;

/// What a snapshot is made of. Immutable: a part that a change doesn't touch is the same object in the next snapshot.
///
/// @param roles which roles belong to which
/// @param book all rules
/// @param users what each is granted
/// @param networks what each is granted
record SnapshotParts(RoleGraph roles, RuleBook book, UserRules users, NetworkRules networks, Decoys decoys) {}
