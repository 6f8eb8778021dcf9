package dev.sekisho.control.policy;

import java.util.List;

/// A policy file that can't be used. The message has one line per problem, each naming file, line and key
/// (`policy.yaml:12: grants[0].weekly: ...`), and never a value that could be a secret.
public final class PolicyFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    PolicyFileException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /// The problems in file order, [Problems#MAX] at most, then how many more there are.
    public List<String> problems() {
        return problems;
    }
}
