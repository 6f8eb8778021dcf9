package dev.sekisho.control.resource.transfer;

import java.util.Arrays;

/// What a file is made of.
public enum Format {
    CSV("csv", "text/csv"),
    JSON("json", "application/json");

    /// What names of files end with.
    public final String ending;

    /// How HTTP calls it.
    public final String contentType;

    Format(String ending, String contentType) {
        this.ending = ending;
        this.contentType = contentType;
    }

    /// The one with this ending.
    ///
    /// @throws IllegalArgumentException with a sentence when there is none
    public static Format of(String ending) {
        return Arrays.stream(values())
                .filter(format -> format.ending.equals(ending))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("is csv or json"));
    }
}
