package dev.sekisho.control.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The conditions of a statement that lists, built up from those that were asked for. One owner thread.
public final class Filter {
    private final List<String> conditions = new ArrayList<>();
    private final List<@Nullable Object> parameters = new ArrayList<>();

    /// One condition more.
    ///
    /// @param condition SQL with a `?` for each parameter
    public Filter and(String condition, @Nullable Object... values) {
        conditions.add(condition);
        parameters.addAll(Arrays.asList(values));
        return this;
    }

    /// One more when there is a value, which takes the place of every `?`.
    public Filter and(String condition, Optional<?> value) {
        if (value.isPresent()) {
            conditions.add(condition);
            condition.chars().filter(c -> c == '?').forEach(_ -> parameters.add(value.get()));
        }
        return this;
    }

    /// One more that comes with its parameters.
    public Filter and(Searched.Condition condition) {
        return and(condition.sql(), condition.values());
    }

    /// One more for a text that is to be found anywhere; the condition says `LIKE ? ESCAPE '!'`.
    public Filter contains(String condition, Optional<String> text) {
        return and(condition, text.map(Filter::anywhere));
    }

    /// The pattern of `LIKE ? ESCAPE '!'` for a text anywhere.
    public static String anywhere(String text) {
        return "%" + text.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%";
    }

    /// ` WHERE ...`, or nothing.
    public String where() {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    /// The parameters, then more.
    public @Nullable Object[] parameters(@Nullable Object... more) {
        List<@Nullable Object> all = new ArrayList<>(parameters);
        all.addAll(Arrays.asList(more));
        return all.toArray();
    }
}
