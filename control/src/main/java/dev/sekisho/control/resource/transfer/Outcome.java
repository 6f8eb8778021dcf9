package dev.sekisho.control.resource.transfer;

import dev.sekisho.control.resource.Resource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What an import does, or would do. Immutable.
///
/// @param unchanged rows that say what is there already
/// @param faults because of which nothing is done
record Outcome(List<Step> steps, int unchanged, List<Fault> faults) {
    Outcome {
        steps = List.copyOf(steps);
        faults = List.copyOf(faults);
    }

    /// What becomes of one resource.
    ///
    /// @param line of the file
    /// @param before what it was, unless it is new
    record Step(int line, Optional<Resource> before, Resource after) {
        /// What is different, by column.
        List<Difference> differences() {
            return before.stream()
                    .flatMap(old -> Arrays.stream(Column.values())
                            .map(column -> new Difference(column.field, column.of(old), column.of(after))))
                    .filter(difference -> !difference.before().equals(difference.after()))
                    .toList();
        }
    }

    /// A field that gets another value.
    record Difference(String field, String before, String after) {}

    long created() {
        return steps.stream().filter(step -> step.before().isEmpty()).count();
    }

    long changed() {
        return steps.size() - created();
    }
}
