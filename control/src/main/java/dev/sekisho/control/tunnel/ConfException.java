package dev.sekisho.control.tunnel;

/// A configuration file that can't be used. The message names file, line and what is allowed, and never repeats a
/// value that could be a key.
public final class ConfException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    /// @param file the file's name as the user gave it
    /// @param line line number from 1, or 0 for the file as a whole
    /// @param problem the sentence without file and line
    public ConfException(String file, int line, String problem) {
        super(line == 0 ? file + ": " + problem : file + ":" + line + ": " + problem);
        this.line = line;
    }

    /// Line number from 1, or 0 for the file as a whole.
    public int line() {
        return line;
    }
}
