package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// What users are granted: each of them, and by their roles. Immutable and thread-safe.
final class UserRules {
    private final List<RuleTable> own;
    private final List<RoleSet> roleSets;
    private final RoleRules ofRoles;

    /// @param own what was granted to users themselves, by their number
    /// @param roleSets their roles, by their number
    UserRules(List<RuleTable> own, List<RoleSet> roleSets, RoleRules ofRoles) {
        this.own = List.copyOf(own);
        this.roleSets = List.copyOf(roleSets);
        this.ofRoles = ofRoles;
    }

    int users() {
        return own.size();
    }

    /// Weighs what a user has around an address.
    void weigh(int user, long high, long low, Decision into) {
        own.get(user).weigh(high, low, into);
        ofRoles.weigh(roleSets.get(user), high, low, into);
    }

    /// The same rules, whatever their ports, in the order in which they decide.
    List<Rule> around(int user, Cidr host) {
        return Stream.concat(own.get(user).around(host).stream(), ofRoles.around(roleSets.get(user), host).stream())
                .sorted(Comparator.comparingInt(Rule::rank))
                .toList();
    }
}
