package dev.sekisho.policy.compile;

import dev.sekisho.policy.Policy;
import dev.sekisho.policy.UserId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Checks a policy and turns it into a [PolicySnapshot].
public final class PolicyCompiler {
    private PolicyCompiler() {}

    /// Thread-safe.
    ///
    /// @throws PolicyException naming every problem: names that are used twice or refer to nothing, roles
    ///     that belong to each other in a circle, hand-offs of what their resource doesn't open
    public static PolicySnapshot compile(Policy policy) {
        RoleGraph graph = new RoleGraph(policy.roles());
        List<String> problems = new PolicyCheck(policy, graph).problems();
        if (!problems.isEmpty()) {
            throw new PolicyException(problems);
        }
        Map<UserId, Integer> userIndexes = HashMap.newHashMap(policy.users().size());
        for (int user = 0; user < policy.users().size(); user++) {
            userIndexes.put(policy.users().get(user).id(), user);
        }
        return new PolicySnapshot(policy, graph, userIndexes, new RuleCompiler(policy, graph, userIndexes));
    }
}
