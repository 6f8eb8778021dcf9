package dev.sekisho.control.cli;

import java.io.PrintStream;
import java.text.MessageFormat;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// Sends `System.Logger` to standard error, one line per message. Found by the service loader.
///
/// It is all that a process with few log lines needs, and starting it costs nothing. The threshold is the system
/// property [#LEVEL_PROPERTY], else the environment's `LOG_LEVEL`, looked at when the first message comes.
public final class ConsoleLoggers extends System.LoggerFinder {
    /// Name of a `System.Logger.Level` below which messages are dropped; INFO when absent.
    public static final String LEVEL_PROPERTY = "sekisho.log";

    /// Loggers whose details are of interest; those of libraries and of the JDK are heard from WARNING on.
    private static final String OURS = "dev.sekisho";

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    /// The service loader's constructor.
    public ConsoleLoggers() {}

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new ConsoleLogger(name, System.err);
    }

    /// Read once, when the first message asks.
    private static final class Threshold {
        private static final System.Logger.Level LEVEL =
                level(System.getProperty(LEVEL_PROPERTY, System.getenv().getOrDefault("LOG_LEVEL", "info")));
    }

    /// The level of a name: those of `System.Logger.Level`, and wireguard-go's `verbose`, `error` and `silent`.
    static System.Logger.Level level(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "trace", "all" -> System.Logger.Level.TRACE;
            case "verbose", "debug" -> System.Logger.Level.DEBUG;
            case "warning", "warn" -> System.Logger.Level.WARNING;
            case "error" -> System.Logger.Level.ERROR;
            case "silent", "off" -> System.Logger.Level.OFF;
            default -> System.Logger.Level.INFO;
        };
    }

    /// Writes to one stream. Thread-safe: a message is one call of the stream.
    ///
    /// @param name the logger's name, not shown
    /// @param stream where lines go
    record ConsoleLogger(String name, PrintStream stream) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            Level threshold = Threshold.LEVEL;
            if (threshold.compareTo(Level.WARNING) < 0 && !name.startsWith(OURS)) {
                threshold = Level.WARNING;
            }
            return level != Level.OFF && level.getSeverity() >= threshold.getSeverity();
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            if (isLoggable(level)) {
                stream.println(line(level, String.valueOf(message)));
                if (thrown != null) {
                    thrown.printStackTrace(stream);
                }
            }
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... parameters) {
            if (isLoggable(level)) {
                stream.println(line(level, format(String.valueOf(format), parameters)));
            }
        }

        private static String line(Level level, String message) {
            return TIME.format(LocalDateTime.now(ZoneId.systemDefault())) + " " + level + " " + message;
        }
    }

    /// Fills in `{0}` and the like with plain `toString`, so that a port stays `51820` in every locale; patterns with
    /// formats of their own go to [MessageFormat].
    static String format(String pattern, @Nullable Object @Nullable ... parameters) {
        if (parameters == null || parameters.length == 0) {
            return pattern;
        }
        if (pattern.indexOf('{') >= 0 && pattern.matches("(?s).*\\{\\d+,.*")) {
            return new MessageFormat(pattern, Locale.ROOT).format(parameters);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\'' && i + 1 < pattern.length() && pattern.charAt(i + 1) == '\'') {
                text.append('\'');
                i++;
            } else if (c == '{' && i + 2 < pattern.length() && pattern.charAt(i + 2) == '}') {
                int index = pattern.charAt(i + 1) - '0';
                text.append(index >= 0 && index < parameters.length ? parameters[index] : pattern.substring(i, i + 3));
                i += 2;
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
