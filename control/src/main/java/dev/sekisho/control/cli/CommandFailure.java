package dev.sekisho.control.cli;

/// A command can't do what it was asked. The message is the line that the user sees.
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }
}
