package dev.sekisho.control.simulate;

import dev.sekisho.policy.Policy;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Decision;
import dev.sekisho.policy.compile.IncrementalCompiler;
import dev.sekisho.policy.compile.PolicySnapshot;
import java.util.Optional;

/// A policy and the same with a draft in it, asked the same questions. Owner: one thread.
final class PolicyPair {
    private final PolicySnapshot before;
    private final PolicySnapshot after;
    private final Decision was = new Decision();
    private final Decision becomes = new Decision();

    private PolicyPair(PolicySnapshot before, PolicySnapshot after) {
        this.before = before;
        this.after = after;
    }

    /// Who asks: a user, or a host that is nobody's device.
    sealed interface Asker {
        /// A user.
        ///
        /// @param before their number in the one policy, -1 for an unknown one
        /// @param after the same in the other
        record OfUser(int before, int after) implements Asker {}

        /// An address.
        record OfHost(long high, long low) implements Asker {}
    }

    /// Compiles both.
    ///
    /// @throws dev.sekisho.policy.compile.PolicyException when one of them doesn't fit together
    static PolicyPair of(Policy before, Policy after) {
        IncrementalCompiler compiler = new IncrementalCompiler();
        PolicySnapshot first = compiler.compile(before);
        return new PolicyPair(first, compiler.compile(after));
    }

    Policy before() {
        return before.policy();
    }

    Policy after() {
        return after.policy();
    }

    Asker user(UserId id) {
        return new Asker.OfUser(before.userIndex(id), after.userIndex(id));
    }

    /// Asks both.
    ///
    /// @return what differs
    Optional<Effect> ask(Asker asker, Probe probe, long epochSecond) {
        switch (asker) {
            case Asker.OfUser user -> {
                decide(before, user.before(), probe, epochSecond, was);
                decide(after, user.after(), probe, epochSecond, becomes);
            }
            case Asker.OfHost host -> {
                decide(before, host, probe, epochSecond, was);
                decide(after, host, probe, epochSecond, becomes);
            }
        }
        return Effect.between(was, becomes);
    }

    private static void decide(PolicySnapshot policy, int user, Probe to, long second, Decision into) {
        policy.decide(user, to.high(), to.low(), to.protocol(), to.port(), second, into);
    }

    private static void decide(PolicySnapshot policy, Asker.OfHost from, Probe to, long second, Decision into) {
        policy.decideFromNetwork(from.high(), from.low(), to.high(), to.low(), to.protocol(), to.port(), second, into);
    }

    /// What the policy without the draft said last.
    Decision was() {
        return was;
    }

    /// What the policy with the draft said last.
    Decision becomes() {
        return becomes;
    }

    /// The first second at which one of them may say something else; `Long.MAX_VALUE` = never.
    long sameUntil() {
        return Math.min(was.validUntilEpochSecond(), becomes.validUntilEpochSecond());
    }
}
