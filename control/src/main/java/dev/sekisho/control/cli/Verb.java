package dev.sekisho.control.cli;

import java.util.List;

/// One operation of the API as a verb: `sekisho NOUN VERB`. Immutable.
///
/// @param name what is typed
/// @param about what it does, for the help
/// @param kind how it is asked for and shown
/// @param path below `/api/v1`; a name in braces is an argument
/// @param fields its options
/// @param shown the field of the answer that alone goes to standard output, for pipes; empty = all of it
/// @param base below `/api/v1`, where the fields are read that were not typed; empty = nowhere, or at `path` for a
///     [Kind#REPLACE]
record Verb(String name, String about, Kind kind, String path, List<Field> fields, String shown, String base) {
    /// How a verb is asked for and shown.
    enum Kind {
        /// A table.
        LIST("GET"),
        /// One thing.
        SHOW("GET"),
        /// Something new, or an action.
        POST("POST"),
        /// Some fields.
        PATCH("PATCH"),
        /// Some fields, where the API wants all: the others are read before.
        REPLACE("PUT"),
        /// All fields, as they are given.
        PUT("PUT"),
        /// Nothing is left.
        DELETE("DELETE"),
        /// One more item in a list that the API takes as a whole.
        ITEM_ADD("PUT"),
        /// Some fields of an item of such a list.
        ITEM_CHANGE("PUT"),
        /// The same, or one more when it is not there.
        ITEM_SET("PUT"),
        /// One item less in such a list.
        ITEM_REMOVE("PUT"),
        /// What [#ITEM_SET] would do, without doing it.
        ITEM_TRY("POST");

        private final String method;

        Kind(String method) {
            this.method = method;
        }

        String method() {
            return method;
        }

        /// Whether it is about one item of a list that the API takes as a whole.
        boolean isItem() {
            return name().startsWith("ITEM_");
        }
    }

    Verb {
        fields = List.copyOf(fields);
    }

    static Verb list(String path, String about, Field... fields) {
        return new Verb("list", about, Kind.LIST, path, List.of(fields), "", "");
    }

    static Verb show(String path, String about, Field... fields) {
        return new Verb("show", about, Kind.SHOW, path, List.of(fields), "", "");
    }

    static Verb create(String path, String about, Field... fields) {
        return new Verb("create", about, Kind.POST, path, List.of(fields), "", "");
    }

    static Verb change(Kind kind, String path, String about, Field... fields) {
        return new Verb("change", about, kind, path, List.of(fields), "", "");
    }

    static Verb delete(String path, String about) {
        return new Verb("delete", about, Kind.DELETE, path, List.of(), "", "");
    }

    static Verb action(String name, String path, String about, Field... fields) {
        return new Verb(name, about, Kind.POST, path, List.of(fields), "", "");
    }

    /// A verb for an item of the list at a path, which the API takes as a whole.
    static Verb item(String name, Kind kind, String path, String about, Field... fields) {
        return new Verb(name, about, kind, path, List.of(fields), "", path);
    }

    /// The same with one field of the answer for standard output.
    Verb showing(String field) {
        return new Verb(name, about, kind, path, fields, field, base);
    }

    /// The same over what is read elsewhere.
    Verb over(String elsewhere) {
        return new Verb(name, about, kind, path, fields, shown, elsewhere);
    }

    /// The same under another name.
    Verb named(String next) {
        return new Verb(next, about, kind, path, fields, shown, base);
    }

    /// Whether a thing is named, and so has to be found.
    boolean hasArgument() {
        return isNamedInPath() || kind.isItem();
    }

    /// Whether that thing stands in the path.
    boolean isNamedInPath() {
        return path.contains("{");
    }
}
