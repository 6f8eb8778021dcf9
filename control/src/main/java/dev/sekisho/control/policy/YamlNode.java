package dev.sekisho.control.policy;

import java.util.List;
import java.util.Map;

/// A piece of the file with the line that it starts on, from 1. Immutable.
sealed interface YamlNode {
    int line();

    /// What the node is, with its article.
    String kind();

    /// A single value.
    ///
    /// @param text as written, without quotes
    record Scalar(int line, String text) implements YamlNode {
        @Override
        public String kind() {
            return "a single value";
        }
    }

    /// A list.
    record Sequence(int line, List<YamlNode> items) implements YamlNode {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /// Keys with values; no key twice.
    record Mapping(int line, Map<String, Entry> entries) implements YamlNode {
        @Override
        public String kind() {
            return "a group of keys";
        }
    }

    /// A key's value.
    ///
    /// @param keyLine the line of the key
    record Entry(int keyLine, YamlNode value) {}
}
