package dev.sekisho.it.lab;

/// What a finished command left behind. A process ended by a signal has the exit code 128 + signal.
///
/// @param command the command line, for messages
/// @param exitCode 0 for success
/// @param out standard output
/// @param err standard error
public record Outcome(String command, int exitCode, String out, String err) {
    public boolean succeeded() {
        return exitCode == 0;
    }

    /// Both streams, for a look at a message without caring where it was printed.
    public String text() {
        return out + err;
    }

    /// This outcome, if the command succeeded.
    ///
    /// @throws LabException with everything the command said, if not
    public Outcome orThrow() {
        if (!succeeded()) {
            throw new LabException(command + " ended with " + exitCode + ": " + text().strip());
        }
        return this;
    }
}
