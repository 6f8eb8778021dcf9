package dev.sekisho.policy.compile;

import dev.sekisho.policy.RoleId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Why a user may or may not reach a destination: the verdict and the whole chain of reasons (product
/// line R08). Immutable.
///
/// @param verdict one sentence: the question and its answer
/// @param granted whether they may
/// @param rule the rule that decided, as [Decision#rule]
/// @param denial why they may not; empty when they may
/// @param handedOff whether the flow goes to a proxy
/// @param validUntilEpochSecond the first second at which the answer may be another; `Long.MAX_VALUE` =
///     never
/// @param steps every grant and decoy that touches the address, the most specific first
public record Explanation(
        String verdict,
        boolean granted,
        Optional<Rule> rule,
        Optional<DenyReason> denial,
        boolean handedOff,
        long validUntilEpochSecond,
        List<Step> steps) {
    /// What one grant or decoy had to say.
    public enum Effect {
        /// It decided.
        DECIDES,
        /// It allows, but another that allows is more specific.
        LESS_SPECIFIC,
        /// It allows, but a grant forbids.
        OVERRULED,
        /// It forbids as well.
        FORBIDS_TOO,
        /// It opens other ports of this address.
        OTHER_PORT,
        /// It opens this port for the other protocol.
        OTHER_PROTOCOL,
        /// It doesn't hold yet.
        NOT_YET,
        /// It holds no more.
        EXPIRED,
        /// It holds at other hours.
        OTHER_HOURS,
        /// It is a decoy, and the user may touch it.
        DECOY_IGNORED,
        /// It doesn't matter: the packet was refused before grants were asked.
        NOT_ASKED
    }

    /// One link of the chain.
    ///
    /// @param rule the grant; empty for a decoy
    /// @param via the roles through which the user has it, theirs first; empty for a grant to themself
    /// @param effect what it did
    /// @param sentence the same for people, one line
    public record Step(Optional<Rule> rule, List<RoleId> via, Effect effect, String sentence) {
        public Step {
            via = List.copyOf(via);
        }
    }

    public Explanation {
        steps = List.copyOf(steps);
    }

    /// One sentence a line: the verdict, then the steps. Names are quoted where they could be taken for
    /// something else.
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(verdict);
        steps.forEach(step -> lines.add("- " + step.sentence()));
        return lines;
    }

    /// The lines, joined.
    @Override
    public String toString() {
        return String.join("\n", lines());
    }
}
