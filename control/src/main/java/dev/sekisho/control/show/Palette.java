package dev.sekisho.control.show;

/// The colours of a terminal, or none.
///
/// @param coloured whether escape sequences are written
public record Palette(boolean coloured) {
    private static final String RESET = "\u001b[0m";
    private static final String BOLD = "\u001b[1m";
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String YELLOW = "\u001b[33m";
    private static final String CYAN = "\u001b[36m";

    /// What `wg` starts each interface with.
    String reset() {
        return coloured ? RESET : "";
    }

    /// A finished step.
    public String done(String text) {
        return green(text);
    }

    String bold(String text) {
        return coloured ? BOLD + text + RESET : text;
    }

    String green(String text) {
        return coloured ? GREEN + text + RESET : text;
    }

    String greenBold(String text) {
        return coloured ? GREEN + BOLD + text + RESET : text;
    }

    String red(String text) {
        return coloured ? RED + text + RESET : text;
    }

    String yellow(String text) {
        return coloured ? YELLOW + text + RESET : text;
    }

    String yellowBold(String text) {
        return coloured ? YELLOW + BOLD + text + RESET : text;
    }

    String cyan(String text) {
        return coloured ? CYAN + text + RESET : text;
    }
}
