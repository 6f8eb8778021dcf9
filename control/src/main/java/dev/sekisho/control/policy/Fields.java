package dev.sekisho.control.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The keys of one group in the file, asked for one by one. One owner thread.
///
/// A question that the file answers badly is noted as a problem and answered like one that it doesn't
/// answer, so that all problems of a group come out at once.
final class Fields {
    private static final int NOT_IN_A_LIST = -1;

    private final YamlNode.Mapping mapping;
    private final String path;
    private final Problems problems;

    private Fields(YamlNode.Mapping mapping, String path, Problems problems) {
        this.mapping = mapping;
        this.path = path;
        this.problems = problems;
    }

    /// The keys of `node`, or null when it is no group of keys. Keys that aren't `allowed` are problems.
    static @Nullable Fields of(YamlNode node, String path, Set<String> allowed, Problems problems) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            problems.add(node.line(), path, "must be a group of keys (" + names(allowed) + "), not " + node.kind());
            return null;
        }
        mapping.entries().forEach((key, entry) -> {
            if (!allowed.contains(key)) {
                problems.add(entry.keyLine(), path + "." + key, "is not known here; allowed are " + names(allowed));
            }
        });
        return new Fields(mapping, path, problems);
    }

    private static String names(Set<String> keys) {
        return String.join(", ", keys.stream().sorted().toList());
    }

    /// Where the group starts.
    int line() {
        return mapping.line();
    }

    /// The line of a key, or of the group when it isn't there.
    int line(String key) {
        YamlNode.Entry entry = mapping.entries().get(key);
        return entry == null ? line() : entry.keyLine();
    }

    /// The whole path of a key.
    String path(String key) {
        return path + "." + key;
    }

    boolean has(String key) {
        return mapping.entries().containsKey(key);
    }

    /// Notes a problem with a key.
    void problem(String key, String sentence) {
        problems.add(line(key), path(key), sentence);
    }

    /// The value of a key, if it is there and `parser` takes it.
    ///
    /// @param parser throws [IllegalArgumentException] with a sentence
    <T> Optional<T> optional(String key, Function<String, T> parser) {
        YamlNode.Entry entry = mapping.entries().get(key);
        return entry == null ? Optional.empty() : scalar(entry.value(), key, parser);
    }

    /// The value of a key that has to be there, or null when there is none of use.
    <T> @Nullable T required(String key, Function<String, T> parser) {
        if (!has(key)) {
            problems.add(line(), path(key), "is missing");
            return null;
        }
        return optional(key, parser).orElse(null);
    }

    /// The items of a list; none when the key isn't there.
    <T> List<T> list(String key, Function<String, T> parser) {
        YamlNode.Entry entry = mapping.entries().get(key);
        if (entry == null) {
            return List.of();
        }
        if (!(entry.value() instanceof YamlNode.Sequence sequence)) {
            problem(key, "must be a list in brackets, such as [one, two]");
            return List.of();
        }
        List<T> items = new ArrayList<>(sequence.items().size());
        for (int i = 0; i < sequence.items().size(); i++) {
            scalar(sequence.items().get(i), key, i, parser).ifPresent(items::add);
        }
        return items;
    }

    /// The items of a list that has to be there and not to be empty.
    ///
    /// @param example what an item looks like
    <T> List<T> requiredList(String key, Function<String, T> parser, String example) {
        YamlNode.Entry entry = mapping.entries().get(key);
        if (entry == null) {
            problems.add(line(), path(key), "is missing");
            return List.of();
        }
        if (entry.value() instanceof YamlNode.Sequence sequence
                && sequence.items().isEmpty()) {
            problem(key, "must hold at least one item such as " + example);
        }
        return list(key, parser);
    }

    private <T> Optional<T> scalar(YamlNode node, String key, Function<String, T> parser) {
        return scalar(node, key, NOT_IN_A_LIST, parser);
    }

    private <T> Optional<T> scalar(YamlNode node, String key, int index, Function<String, T> parser) {
        String problem;
        if (!(node instanceof YamlNode.Scalar scalar)) {
            problem = "must be a single value, not " + node.kind();
        } else if (scalar.text().isEmpty()) {
            problem = "has no value";
        } else {
            try {
                return Optional.of(parser.apply(scalar.text()));
            } catch (IllegalArgumentException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        // A large file has a million values: where one stands is put into words only when it is wrong.
        String where = index == NOT_IN_A_LIST ? path(key) : path(key) + "[" + index + "]";
        problems.add(node.line(), where, problem);
        return Optional.empty();
    }
}
