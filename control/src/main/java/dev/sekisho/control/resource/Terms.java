package dev.sekisho.control.resource;

import dev.sekisho.control.people.NamedRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// How a resource may be requested (product line R06). Immutable.
///
/// @param requesters whose members may request it; empty = nobody may
/// @param approvals different people who must approve, 1..[#MAX_APPROVALS]
/// @param approverRole whose members approve; empty = whoever has the permission
/// @param maxDuration what may be requested at most
/// @param ticketPattern a regular expression that the whole ticket number matches; empty = no ticket is asked for
public record Terms(
        List<NamedRole> requesters,
        int approvals,
        Optional<NamedRole> approverRole,
        Duration maxDuration,
        String ticketPattern) {
    /// Product line R06.
    public static final String DEFAULT_TICKET_PATTERN = "TK-\\d{6}";

    /// A working day.
    public static final Duration DEFAULT_DURATION = Duration.ofHours(8);

    /// People who have to agree.
    public static final int MAX_APPROVALS = 10;

    /// Characters of a ticket number.
    public static final int MAX_TICKET_CHARS = 64;

    private static final Duration LONGEST = Duration.ofDays(366);
    private static final int MAX_PATTERN_CHARS = 128;

    /// Steps of a match, after which the pattern is taken for one that never ends.
    private static final int MAX_STEPS = 20_000;

    /// @throws IllegalArgumentException with a sentence
    public Terms {
        requesters = List.copyOf(requesters);
        if (approvals < 1 || approvals > MAX_APPROVALS) {
            throw new IllegalArgumentException("approvals is 1 to " + MAX_APPROVALS);
        }
        if (maxDuration.toMinutes() < 1 || maxDuration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("maxDurationSeconds is 60 to " + LONGEST.toSeconds());
        }
        if (ticketPattern.length() > MAX_PATTERN_CHARS) {
            throw new IllegalArgumentException("ticketPattern has at most " + MAX_PATTERN_CHARS + " characters");
        }
        try {
            Pattern.compile(ticketPattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("ticketPattern is no regular expression: " + e.getDescription(), e);
        }
    }

    /// Whether anybody may request it.
    public boolean requestable() {
        return !requesters.isEmpty();
    }

    /// Whether a ticket number is one. A pattern that takes too many steps to say so refuses.
    public boolean accepts(String ticket) {
        if (ticketPattern.isEmpty()) {
            return true;
        }
        if (ticket.length() > MAX_TICKET_CHARS) {
            return false;
        }
        try {
            return Pattern.compile(ticketPattern).matcher(new Counted(ticket)).matches();
        } catch (TooManySteps e) {
            return false;
        }
    }

    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// A text that can be looked at so many times only: patterns such as `(a+)+b` would run for years.
    private static final class Counted implements CharSequence {
        private final String text;
        private int left = MAX_STEPS;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (left-- == 0) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
