package dev.sekisho.policy.compile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// What one list has that another has not. Something that was changed is in both: as it was and as it is. Immutable.
///
/// @param gone from the first list, each with another name
/// @param come in the second list
record Difference<T>(List<T> gone, List<T> come) {
    Difference {
        gone = List.copyOf(gone);
        come = List.copyOf(come);
    }

    /// Cheap when the lists have the same objects in the same order, whatever was left out, changed or added at the
    /// end; right in any case.
    ///
    /// @param before no two of one name
    /// @param name of an element
    @SuppressWarnings(
            "ReferenceEquality") // the same object need not be looked into: most are, and few are in the cache
    static <T> Difference<T> between(List<T> before, List<T> next, Function<T, Object> name) {
        if (before == next) {
            return new Difference<>(List.of(), List.of());
        }
        List<T> gone = new ArrayList<>();
        List<T> come = new ArrayList<>();
        int from = 0;
        int to = 0;
        while (from < before.size() && to < next.size()) {
            T old = before.get(from);
            T now = next.get(to);
            if (old == now || old.equals(now)) {
                from++;
                to++;
            } else {
                gone.add(old);
                from++;
                if (name.apply(old).equals(name.apply(now))) {
                    come.add(now);
                    to++;
                }
            }
        }
        gone.addAll(before.subList(from, before.size()));
        come.addAll(next.subList(to, next.size()));
        return gone.isEmpty() || come.isEmpty() ? new Difference<>(gone, come) : withoutMoved(gone, come, name);
    }

    /// What is only in another place is no difference.
    private static <T> Difference<T> withoutMoved(List<T> gone, List<T> come, Function<T, Object> name) {
        Map<Object, T> left = HashMap.newHashMap(gone.size());
        gone.forEach(old -> left.put(name.apply(old), old));
        List<T> fresh = new ArrayList<>();
        for (T now : come) {
            if (!left.remove(name.apply(now), now)) {
                fresh.add(now);
            }
        }
        return new Difference<>(List.copyOf(left.values()), fresh);
    }

    boolean isEmpty() {
        return gone.isEmpty() && come.isEmpty();
    }

    int size() {
        return gone.size() + come.size();
    }

    /// The names of what is gone, or was changed.
    Set<Object> goneNames(Function<T, Object> name) {
        Set<Object> names = HashSet.newHashSet(gone.size());
        gone.forEach(each -> names.add(name.apply(each)));
        return names;
    }

    /// The names of what has come, or was changed; fewer than [#come] when one is there twice.
    Set<Object> comeNames(Function<T, Object> name) {
        Set<Object> names = HashSet.newHashSet(come.size());
        come.forEach(each -> names.add(name.apply(each)));
        return names;
    }
}
