package dev.sekisho.control.doctor;

/// How one thing is. Immutable.
///
/// @param name what was looked at
/// @param level how it is
/// @param detail what was found
/// @param advice what to do; empty when all is well
public record Finding(String name, Level level, String detail, String advice) {
    /// How it is.
    public enum Level {
        /// All is well.
        OK,
        /// It works, but not as most want it.
        WARN,
        /// It can't work.
        FAIL
    }

    static Finding ok(String name, String detail) {
        return new Finding(name, Level.OK, detail, "");
    }

    static Finding warn(String name, String detail, String advice) {
        return new Finding(name, Level.WARN, detail, advice);
    }

    static Finding fail(String name, String detail, String advice) {
        return new Finding(name, Level.FAIL, detail, advice);
    }
}
