package dev.sekisho.control.flows.stats;

import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Names with what they add up to, by kind. Bounded: beyond [#MAX_NAMES] of a kind, new ones are not counted.
/// Owner: whoever holds it.
final class Tops {
    /// What is named.
    enum Kind {
        USER,
        DEVICE,
        RESOURCE,
        DESTINATION
    }

    /// Names of a kind that are counted at once: more than a busy site has in ten minutes, little enough for
    /// memory.
    static final int MAX_NAMES = 10_000;

    /// Names that are kept of a span: so many with the most bytes, and so many with the most refusals.
    static final int KEPT = 100;

    private final Map<Kind, Map<String, Top>> kinds = new EnumMap<>(Kind.class);

    void add(Kind kind, Top part) {
        Map<String, Top> names = kinds.computeIfAbsent(kind, _ -> new HashMap<>());
        Top before = names.get(part.name());
        if (before != null) {
            names.put(part.name(), before.plus(part));
        } else if (names.size() < MAX_NAMES) {
            names.put(part.name(), part);
        }
    }

    void addAll(Tops other) {
        other.kinds.forEach((kind, names) -> names.values().forEach(top -> add(kind, top)));
    }

    Collection<Top> all(Kind kind) {
        return kinds.getOrDefault(kind, Map.of()).values();
    }

    /// Those that are worth keeping.
    Set<Top> kept(Kind kind) {
        Set<Top> kept = new HashSet<>(first(kind, Top.BY_BYTES, KEPT));
        kept.addAll(first(kind, Top.BY_DENIED, KEPT));
        return kept;
    }

    List<Top> first(Kind kind, Comparator<Top> order, int limit) {
        return all(kind).stream().sorted(order).limit(limit).toList();
    }

    boolean isEmpty() {
        return kinds.isEmpty();
    }
}
