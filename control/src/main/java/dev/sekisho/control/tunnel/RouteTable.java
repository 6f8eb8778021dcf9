package dev.sekisho.control.tunnel;

/// Where the routes of allowed IPs go: `Table = auto | off | NUMBER`. `toString` is the value in a file.
public sealed interface RouteTable {
    /// The main table; a default route gets a table of its own and rules.
    record Auto() implements RouteTable {
        @Override
        public String toString() {
            return "auto";
        }
    }

    /// No routes at all.
    record Off() implements RouteTable {
        @Override
        public String toString() {
            return "off";
        }
    }

    /// All routes into one table, without rules.
    ///
    /// @param number 1..2^32-1 as an unsigned int
    record Numbered(int number) implements RouteTable {
        @Override
        public String toString() {
            return Integer.toUnsignedString(number);
        }
    }

    /// Reads the value of `Table`.
    ///
    /// @throws IllegalArgumentException with a sentence that names what is wrong
    static RouteTable parse(String text) {
        return switch (text) {
            case "auto" -> new Auto();
            case "off" -> new Off();
            case "default" -> new Numbered(253);
            case "main" -> new Numbered(254);
            case "local" -> new Numbered(255);
            default -> numbered(text);
        };
    }

    private static Numbered numbered(String text) {
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("Table is auto, off or a number" + KeyForm.not(text));
        }
        long number = Long.parseLong(text);
        if (number == 0 || number > 0xffff_ffffL) {
            throw new IllegalArgumentException("Table " + text + " is out of range: 1 to 4294967295");
        }
        return new Numbered((int) number);
    }
}
