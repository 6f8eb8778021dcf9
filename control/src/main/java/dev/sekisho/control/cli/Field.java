package dev.sekisho.control.cli;

import java.util.Locale;

/// Something that a verb sends: an option of the command line, a field of the API.
///
/// @param name as the API has it; one in an object after its name and a dot
/// @param type how it is typed and sent
/// @param about for the help
record Field(String name, Type type, String about) {
    /// How a field is typed and sent.
    enum Type {
        /// As it is.
        TEXT("TEXT"),
        /// As it is; an empty one takes it away.
        CLEARABLE("TEXT"),
        /// Separated by commas.
        LIST("A,B"),
        /// The same; an empty one when nothing is said, for the API wants one.
        NEEDED_LIST("A,B"),
        /// A whole number.
        NUMBER("N"),
        /// The same; an empty one takes it away.
        CLEARABLE_NUMBER("N"),
        /// True, false, or nothing, which is true.
        BOOLEAN("true|false"),
        /// The same, and true for something new of which nothing is said.
        ON("true|false"),
        /// The same, and false when nothing is said.
        OFF("true|false"),
        /// The text of a file; `-` is standard input.
        FILE("FILE"),
        /// The opposite of the field `mfa`.
        NO_MFA(""),
        /// A time such as `90m`; sent as the field `durationSeconds`.
        SPAN("2h"),
        /// A user by name; sent as identity.
        USER("NAME"),
        /// Users by name; sent as identities.
        USERS("A,B"),
        /// Is always asked for, unseen.
        SECRET(""),
        /// The same, unless another secret is asked for instead.
        SECRET_UNLESS_ASKED(""),
        /// Is asked for, unseen, when the option is there.
        ASKED_SECRET(""),
        /// `--no-NAME`: sends an empty text, which takes it away.
        NONE(""),
        /// Names with values, once for each.
        MAP("NAME=VALUE"),
        /// Names whose values are asked for, unseen; sent among those of the map `settings`.
        SECRET_MAP("NAME"),
        /// Names whose values are read from files; sent among those of the map `settings`.
        FILE_MAP("NAME=FILE"),
        /// Groups with roles, once for each, added to those that are there; an empty role takes a group away.
        GROUP_MAP("GROUP=ROLE"),
        /// Goes into the query.
        QUERY("TEXT"),
        /// A user by name in the query.
        QUERY_USER("NAME"),
        /// A resource by name in the query.
        QUERY_RESOURCE("NAME"),
        /// A role by name in the query.
        QUERY_ROLE("NAME");

        private final String label;

        Type(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    static Field text(String name, String about) {
        return new Field(name, Type.TEXT, about);
    }

    static Field clearable(String name, String about) {
        return new Field(name, Type.CLEARABLE, about + "; empty takes it away");
    }

    static Field list(String name, String about) {
        return new Field(name, Type.LIST, about);
    }

    static Field neededList(String name, String about) {
        return new Field(name, Type.NEEDED_LIST, about);
    }

    static Field number(String name, String about) {
        return new Field(name, Type.NUMBER, about);
    }

    static Field flag(String name, String about) {
        return new Field(name, Type.BOOLEAN, about);
    }

    static Field query(String name, String about) {
        return new Field(name, Type.QUERY, about);
    }

    static Field asked(String name, String about) {
        return new Field(name, Type.ASKED_SECRET, about);
    }

    /// `--display-name` for `displayName`; `--state` is the server's directory everywhere.
    String option() {
        if (name.equals("state")) {
            return "--in-state";
        }
        String words = name.replace('.', '-').replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        return (type == Type.NONE ? "--no-" : "--") + words;
    }

    boolean isQuery() {
        return switch (type) {
            case QUERY, QUERY_USER, QUERY_RESOURCE, QUERY_ROLE -> true;
            default -> false;
        };
    }
}
