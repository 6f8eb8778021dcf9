package dev.sekisho.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A set of ports. Port 0 stands for ICMP echo, "ping" (product line R02). Immutable and thread-safe.
///
/// Grammar: `*`, or a comma list of ports and ranges (`22,80,5600-5609`); blanks around commas and dashes
/// are allowed, signs, leading zeros and digits of other scripts are not. Canonical text: ascending,
/// joined where ranges touch or overlap, no blanks; all 65,536 numbers are `*`.
public final class PortSet {
    /// Every port, and ping.
    public static final PortSet ALL = new PortSet(new int[] {0, 0xffff});

    private static final int MAX_PORT = 0xffff;

    /// First and last port of each range, ascending, neither touching nor overlapping.
    private final int[] ranges;

    private PortSet(int[] ranges) {
        this.ranges = ranges;
    }

    /// Reads the grammar above.
    ///
    /// @throws IllegalArgumentException with a sentence that names the part that is wrong
    public static PortSet parse(String text) {
        if (withoutBlanks(text).equals("*")) {
            return ALL;
        }
        List<int[]> parts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            parts.add(range(withoutBlanks(part)));
        }
        return joined(parts);
    }

    private static PortSet joined(List<int[]> parts) {
        parts.sort(Comparator.comparingInt(part -> part[0]));
        int[] joined = new int[2 * parts.size()];
        int end = 0;
        for (int[] part : parts) {
            if (end > 0 && part[0] <= joined[end - 1] + 1) {
                joined[end - 1] = Math.max(joined[end - 1], part[1]);
            } else {
                joined[end++] = part[0];
                joined[end++] = part[1];
            }
        }
        return new PortSet(Arrays.copyOf(joined, end));
    }

    /// Blanks only: a tab, a line break or a blank of another script is no part of the grammar.
    private static String withoutBlanks(String text) {
        int from = 0;
        int until = text.length();
        while (from < until && text.charAt(from) == ' ') {
            from++;
        }
        while (until > from && text.charAt(until - 1) == ' ') {
            until--;
        }
        return text.substring(from, until);
    }

    private static int[] range(String part) {
        int dash = part.indexOf('-');
        if (dash < 0) {
            int port = port(part, part);
            return new int[] {port, port};
        }
        int first = port(withoutBlanks(part.substring(0, dash)), part);
        int last = port(withoutBlanks(part.substring(dash + 1)), part);
        if (first > last) {
            throw new IllegalArgumentException("the port range '" + part + "' ends before it begins");
        }
        return new int[] {first, last};
    }

    private static int port(String digits, String part) {
        boolean isNumber = !digits.isEmpty()
                && digits.length() <= 5
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.length() == 1 || digits.charAt(0) != '0');
        int port = isNumber ? Integer.parseInt(digits) : -1;
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("'" + part + "' is not a port: write numbers from 0 to " + MAX_PORT
                    + " and ranges such as 22,80,5600-5609, or * for all");
        }
        return port;
    }

    /// Whether `port` belongs to the set.
    public boolean contains(int port) {
        int low = 0;
        int high = ranges.length / 2 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (port < ranges[2 * middle]) {
                high = middle - 1;
            } else if (port > ranges[2 * middle + 1]) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /// Whether every port of `other` belongs to the set.
    public boolean containsAll(PortSet other) {
        return union(other).equals(this);
    }

    /// The ports of both.
    public PortSet union(PortSet other) {
        List<int[]> parts = new ArrayList<>();
        for (int[] each : List.of(ranges, other.ranges)) {
            for (int i = 0; i < each.length; i += 2) {
                parts.add(new int[] {each[i], each[i + 1]});
            }
        }
        return joined(parts);
    }

    /// The ports that are in both; empty = none is.
    public Optional<PortSet> intersection(PortSet other) {
        List<int[]> parts = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < ranges.length && j < other.ranges.length) {
            int first = Math.max(ranges[i], other.ranges[j]);
            int last = Math.min(ranges[i + 1], other.ranges[j + 1]);
            if (first <= last) {
                parts.add(new int[] {first, last});
            }
            if (ranges[i + 1] < other.ranges[j + 1]) {
                i += 2;
            } else {
                j += 2;
            }
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(joined(parts));
    }

    /// Whether ping (ICMP echo) is in it: port 0.
    public boolean containsPing() {
        return ranges[0] == 0;
    }

    /// Whether it holds every port, as `*`.
    public boolean isAll() {
        return ranges[0] == 0 && ranges[1] == MAX_PORT;
    }

    /// The ranges, first and last of each, ascending.
    public int[] ranges() {
        return ranges.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PortSet set && Arrays.equals(ranges, set.ranges);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ranges);
    }

    /// Canonical text.
    @Override
    public String toString() {
        if (isAll()) {
            return "*";
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ranges.length; i += 2) {
            text.append(i == 0 ? "" : ",").append(ranges[i]);
            if (ranges[i + 1] != ranges[i]) {
                text.append('-').append(ranges[i + 1]);
            }
        }
        return text.toString();
    }
}
