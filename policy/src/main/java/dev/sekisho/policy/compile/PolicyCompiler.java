package dev.sekisho.policy.compile;

import dev.sekisho.policy.Policy;
import java.util.List;

/// Checks a policy and turns it into a [PolicySnapshot]. For one policy after the other, of which each differs little
/// from the one before, [IncrementalCompiler] is faster.
public final class PolicyCompiler {
    private PolicyCompiler() {}

    /// Thread-safe.
    ///
    /// @throws PolicyException naming every problem: names that are used twice or refer to nothing, roles
    ///     that belong to each other in a circle, hand-offs of what their resource doesn't open
    public static PolicySnapshot compile(Policy policy) {
        return compile(policy, new RuleMaker());
    }

    /// @param maker new; gives rules of later snapshots their numbers
    static PolicySnapshot compile(Policy policy, RuleMaker maker) {
        RoleGraph graph = new RoleGraph(policy.roles());
        List<String> problems = new PolicyCheck(policy, graph).problems();
        if (!problems.isEmpty()) {
            throw new PolicyException(problems);
        }
        return new PolicySnapshot(policy, new RuleCompiler(policy, graph, maker).parts());
    }
}
