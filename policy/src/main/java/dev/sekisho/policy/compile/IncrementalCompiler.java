package dev.sekisho.policy.compile;

import dev.sekisho.policy.Policy;
import org.jspecify.annotations.Nullable;

/// Compiles one policy after the other, and of each only what is different from the one before: the rules of grants
/// that were changed, and the tables of those who have them. All else the two snapshots share. What a snapshot answers
/// is what [PolicyCompiler] would have made it answer. Owner: one thread at a time.
///
/// It is cheapest when a policy consists of the objects of the one before, in their order, as far as they are the same.
/// A large difference, a role that is gone and other hand-offs are a reason to compile the whole policy.
public final class IncrementalCompiler {
    /// With more differences than this, and than a quarter of the policy, all of it is compiled.
    private static final int FEW = 1000;

    private @Nullable Compilation last;
    private long wholes;
    private long parts;

    /// A compiler that knows no policy yet.
    public IncrementalCompiler() {}

    /// Checks and compiles a policy. What it doesn't take leaves no trace.
    ///
    /// @throws PolicyException as [PolicyCompiler#compile]
    public PolicySnapshot compile(Policy policy) {
        Compilation before = last;
        if (before != null) {
            PolicyDifference difference =
                    PolicyDifference.between(before.snapshot().policy(), policy);
            EditCheck check = new EditCheck(before, difference);
            if (isSmall(difference, policy) && check.fits()) {
                last = null; // whatever goes wrong from here on leaves it half changed
                Compilation next = new PolicyEdit(before, policy, difference, check).apply();
                last = next;
                parts++;
                return next.snapshot();
            }
        }
        Compilation next = Compilation.whole(policy);
        last = next;
        wholes++;
        return next.snapshot();
    }

    private static boolean isSmall(PolicyDifference difference, Policy policy) {
        int size = policy.users().size()
                + policy.resources().size()
                + policy.grants().size();
        return !difference.handOffs() && difference.size() <= Math.max(FEW, size / 4);
    }

    /// How many policies were compiled whole.
    public long wholes() {
        return wholes;
    }

    /// How many were compiled from the difference to the one before.
    public long parts() {
        return parts;
    }
}
