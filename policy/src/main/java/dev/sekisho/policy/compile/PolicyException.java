package dev.sekisho.policy.compile;

import java.io.Serial;
import java.util.List;

/// A policy that doesn't fit together. Nothing of it comes into force.
public final class PolicyException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private static final int MAX_IN_MESSAGE = 20;

    /// Kept out of serialisation: the message says it.
    private final transient List<String> problems;

    /// @param problems one sentence each, at least one
    public PolicyException(List<String> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    private static String message(List<String> problems) {
        String first = String.join("\n", problems.subList(0, Math.min(problems.size(), MAX_IN_MESSAGE)));
        int rest = problems.size() - MAX_IN_MESSAGE;
        return rest > 0 ? first + "\nand " + rest + " more" : first;
    }

    /// Every problem that was found, one sentence each, in the order of the policy. [#getMessage] stops
    /// after twenty.
    public List<String> problems() {
        return problems;
    }
}
