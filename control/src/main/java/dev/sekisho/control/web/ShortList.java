package dev.sekisho.control.web;

import dev.sekisho.control.store.Page;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// A list that a limit keeps short, so that it is at hand whole: looked through with the filters of a request, then cut
/// into the page that is wanted. Immutable. Lists without such a limit are filtered and cut by the database.
public final class ShortList<T> {
    private final Request request;
    private final List<T> items;

    private ShortList(Request request, List<T> items) {
        this.request = request;
        this.items = items;
    }

    /// All of it, in any order.
    public static <T> ShortList<T> of(Request request, Collection<T> all) {
        return new ShortList<>(request, List.copyOf(all));
    }

    /// Those in whose text `q` stands; capitals don't matter.
    public ShortList<T> text(Function<T, String> text) {
        return request.query("q")
                .map(part -> part.toLowerCase(Locale.ROOT))
                .map(part ->
                        only(item -> text.apply(item).toLowerCase(Locale.ROOT).contains(part)))
                .orElse(this);
    }

    /// Those that have just the value of a query parameter.
    public ShortList<T> exactly(String name, Function<T, String> value) {
        return matching(name, (wanted, item) -> value.apply(item).equals(wanted));
    }

    /// Those that fit the value of a query parameter.
    public ShortList<T> matching(String name, Match<T> match) {
        return request.query(name)
                .map(wanted -> only(item -> match.fits(wanted, item)))
                .orElse(this);
    }

    /// Whether an item fits what is wanted.
    @FunctionalInterface
    public interface Match<T> {
        /// Whether it does.
        boolean fits(String wanted, T item);
    }

    /// Those that have just the value of a query parameter, which has to be one of some.
    ///
    /// @throws Problem 400 when it is none of them
    public ShortList<T> oneOf(String name, List<String> values, Function<T, String> value) {
        choice(request, name, values);
        return exactly(name, value);
    }

    /// Those for which something is as a query parameter says, `true` or `false`.
    ///
    /// @throws Problem 400 when it says something else
    public ShortList<T> flag(String name, Predicate<T> flag) {
        return oneOf(name, List.of("true", "false"), item -> String.valueOf(flag.test(item)));
    }

    /// A query parameter that has to be one of some values.
    ///
    /// @throws Problem 400 when it is none of them
    public static Optional<String> choice(Request request, String name, List<String> values) {
        Optional<String> wanted = request.query(name);
        if (wanted.filter(value -> !values.contains(value)).isPresent()) {
            throw Problem.invalid(name, "is one of " + String.join(", ", values));
        }
        return wanted;
    }

    private ShortList<T> only(Predicate<T> wanted) {
        return new ShortList<>(request, items.stream().filter(wanted).toList());
    }

    /// The page that is wanted, from the smallest key upwards.
    ///
    /// @param key of an item, unlike that of any other
    public Page<T> upwards(Function<T, String> key) {
        return page(key, Comparator.naturalOrder());
    }

    /// The page that is wanted, from the greatest key downwards; identities: the newest first.
    ///
    /// @param key of an item, unlike that of any other
    public Page<T> downwards(Function<T, String> key) {
        return page(key, Comparator.reverseOrder());
    }

    private Page<T> page(Function<T, String> key, Comparator<String> order) {
        Page.Request wanted = request.page();
        List<T> rest = items.stream()
                .filter(item -> wanted.after()
                        .filter(after -> order.compare(key.apply(item), after) <= 0)
                        .isEmpty())
                .sorted(Comparator.comparing(key, order))
                .limit(wanted.limit() + 1L)
                .toList();
        return wanted.page(rest, items.size(), key);
    }
}
