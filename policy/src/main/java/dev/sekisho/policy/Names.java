package dev.sekisho.policy;

/// What the names of users, roles, resources, grants and devices have in common.
final class Names {
    static final int MAX_CHARS = 128;

    private Names() {}

    /// @throws IllegalArgumentException with a sentence when `name` is not one
    static void check(String what, String name) {
        if (name.isEmpty() || name.length() > MAX_CHARS) {
            throw new IllegalArgumentException("a " + what + " name has 1 to " + MAX_CHARS + " characters");
        }
        boolean blankEnd = !name.strip().equals(name);
        if (blankEnd || !isPrintable(name)) {
            throw new IllegalArgumentException(
                    "a " + what + " name has no control character and no blank at either end");
        }
    }

    private static boolean isPrintable(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < ' ' || c > '~') {
                return name.codePoints().noneMatch(Names::isUnprintable);
            }
        }
        return true;
    }

    /// Control, format (bidirectional marks), line and paragraph separators, lone surrogates: what can
    /// forge a log line.
    private static boolean isUnprintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }
}
