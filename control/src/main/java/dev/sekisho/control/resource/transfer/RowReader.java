package dev.sekisho.control.resource.transfer;

import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.policy.Texts;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.Terms;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.web.Checked;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// Reads rows of texts to resources, by the rules of `POST /resources`, and notes every field that breaks one. What a
/// row
/// does not say stays as it is in a resource that is there, and is what the API takes in a new one. One owner thread.
final class RowReader {
    private static final int MAX_CHARS = 4_000;
    private static final int MAX_DESCRIPTION_CHARS = 500;
    private static final int MAX_PATTERN_CHARS = 128;
    private static final int MAX_ROLES = 50;

    /// What a new resource has where the file says nothing.
    private static final Terms NEW_TERMS =
            new Terms(List.of(), 1, Optional.empty(), Terms.DEFAULT_DURATION, Terms.DEFAULT_TICKET_PATTERN);

    private final Function<String, Optional<NamedRole>> roles;
    private final Map<String, Optional<NamedRole>> known = new HashMap<>();
    private final List<Fault> faults;

    /// @param roles finds one by name
    /// @param faults where they are noted
    RowReader(Function<String, Optional<NamedRole>> roles, List<Fault> faults) {
        this.roles = roles;
        this.faults = faults;
    }

    /// What a row wants.
    record Wanted(String name, Resource.Target target, String description, Terms terms) {
        /// Whether a resource is so already.
        boolean is(Resource resource) {
            return resource.name().equals(name)
                    && resource.target().equals(target)
                    && resource.description().equals(description)
                    && resource.terms().equals(terms);
        }
    }

    /// One row.
    ///
    /// @param before the resource of this name
    /// @return empty when a fault was noted
    Optional<Wanted> read(ResourceFile.Row row, Optional<Resource> before) {
        return new Reading(row, before).wanted();
    }

    private final class Reading {
        private final ResourceFile.Row row;
        private final Optional<Resource> before;
        private final int faultsBefore = faults.size();

        Reading(ResourceFile.Row row, Optional<Resource> before) {
            this.row = row;
            this.before = before;
        }

        Optional<Wanted> wanted() {
            Optional<String> name = needed(Column.NAME, text -> new ResourceId(text.strip()).name());
            Optional<Resource.Target> target = target();
            String description = value(
                    Column.DESCRIPTION,
                    text -> printable("description", text, MAX_DESCRIPTION_CHARS),
                    before.map(Resource::description).orElse(""));
            Terms terms = terms(before.map(Resource::terms).orElse(NEW_TERMS));
            return faults.size() > faultsBefore
                    ? Optional.empty()
                    : Optional.of(new Wanted(name.orElseThrow(), target.orElseThrow(), description, terms));
        }

        private Optional<Resource.Target> target() {
            Optional<Resource.Target> old = before.map(Resource::target);
            var cidr = needed(Column.CIDR, text -> Texts.cidr(text.strip()), old.map(Resource.Target::cidr));
            var ports = needed(Column.PORTS, text -> PortSet.parse(text.strip()), old.map(Resource.Target::ports));
            var protocol = value(
                    Column.PROTOCOL,
                    text -> Texts.transport(text.strip()),
                    old.map(Resource.Target::protocol).orElse(Transport.BOTH));
            boolean decoy = value(
                    Column.DECOY,
                    RowReader::flag,
                    old.map(Resource.Target::decoy).orElse(false));
            return cidr.isEmpty() || ports.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Resource.Target(cidr.get(), ports.get(), protocol, decoy));
        }

        private Terms terms(Terms old) {
            List<NamedRole> requesters = value(Column.REQUESTABLE_BY, this::requesters, old.requesters());
            int approvals = value(
                    Column.APPROVALS,
                    text -> approvals(Math.toIntExact(number(text))).approvals(),
                    old.approvals());
            Optional<NamedRole> approver = value(
                    Column.APPROVER_ROLE,
                    text -> text.isBlank() ? Optional.empty() : Optional.of(role(text.strip())),
                    old.approverRole());
            Duration longest = value(
                    Column.MAX_DURATION_SECONDS,
                    text -> longest(Duration.ofSeconds(number(text))).maxDuration(),
                    old.maxDuration());
            String pattern = value(
                    Column.TICKET_PATTERN,
                    text -> pattern(printable("ticketPattern", text, MAX_PATTERN_CHARS))
                            .ticketPattern(),
                    old.ticketPattern());
            return new Terms(requesters, approvals, approver, longest, pattern);
        }

        private List<NamedRole> requesters(String text) {
            List<NamedRole> found = new ArrayList<>();
            for (String name : Cells.parts(text)) {
                NamedRole role = role(name);
                if (!found.contains(role)) {
                    found.add(role);
                }
            }
            if (found.size() > MAX_ROLES) {
                throw new IllegalArgumentException("has at most " + MAX_ROLES + " roles");
            }
            found.sort(Comparator.comparing(role -> NameKey.of(role.name())));
            return found;
        }

        private <T> Optional<T> needed(Column column, Function<String, T> parse) {
            return needed(column, parse, Optional.empty());
        }

        private <T> Optional<T> needed(Column column, Function<String, T> parse, Optional<T> old) {
            String text = row.cells().getOrDefault(column, "");
            if (!text.isBlank()) {
                return parsed(column, () -> parse.apply(text));
            }
            if (old.isEmpty() || row.cells().containsKey(column)) {
                fault(column, column == Column.NAME ? "is missing" : "is missing; a new resource needs it");
                return Optional.empty();
            }
            return old;
        }

        /// An empty number, flag or protocol is as if there was no such column.
        private <T> T value(Column column, Function<String, T> parse, T otherwise) {
            String text = row.cells().get(column);
            boolean isSilent =
                    column.kind == Column.Kind.FLAG || column.kind == Column.Kind.NUMBER || column == Column.PROTOCOL;
            if (text == null || (isSilent && text.isBlank())) {
                return otherwise;
            }
            return parsed(column, () -> parse.apply(text)).orElse(otherwise);
        }

        private <T> Optional<T> parsed(Column column, Supplier<T> parse) {
            if (row.cells().getOrDefault(column, "").length() > MAX_CHARS) {
                fault(column, "is longer than " + MAX_CHARS + " characters");
                return Optional.empty();
            }
            try {
                return Optional.of(parse.get());
            } catch (IllegalArgumentException | ArithmeticException e) {
                fault(column, e instanceof ArithmeticException ? "is too large" : String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        }

        private void fault(Column column, String message) {
            faults.add(new Fault(row.line(), column.field, message));
        }
    }

    private NamedRole role(String name) {
        return known.computeIfAbsent(name, roles)
                .orElseThrow(() -> new IllegalArgumentException("there is no role '" + name + "'"));
    }

    private static String printable(String field, String text, int most) {
        if (text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw new IllegalArgumentException(field + " holds half a character");
        }
        return Checked.text(field, text, most);
    }

    private static boolean flag(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("is true or false");
        };
    }

    private static long number(String text) {
        String digits = text.strip();
        if (!digits.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("is a whole number");
        }
        return Long.parseLong(digits);
    }

    // The rules of terms, one at a time, so that each is told of its field.

    private static Terms approvals(int approvals) {
        return new Terms(List.of(), approvals, Optional.empty(), Terms.DEFAULT_DURATION, "");
    }

    private static Terms longest(Duration longest) {
        return new Terms(List.of(), 1, Optional.empty(), longest, "");
    }

    private static Terms pattern(String pattern) {
        return new Terms(List.of(), 1, Optional.empty(), Terms.DEFAULT_DURATION, pattern);
    }
}
