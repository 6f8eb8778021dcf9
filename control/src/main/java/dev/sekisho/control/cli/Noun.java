package dev.sekisho.control.cli;

import java.util.List;

/// A kind of thing and its verbs. Immutable.
///
/// @param name what is typed
/// @param about for the help
/// @param path the list of all of them
/// @param searchable whether that list takes `q`
/// @param keys the fields that name one, beside `id`
/// @param columns the fields of the table
/// @param verbs what can be done
record Noun(
        String name,
        String about,
        String path,
        boolean searchable,
        List<String> keys,
        List<String> columns,
        List<Verb> verbs) {
    Noun {
        keys = List.copyOf(keys);
        columns = List.copyOf(columns);
        verbs = List.copyOf(verbs);
    }
}
