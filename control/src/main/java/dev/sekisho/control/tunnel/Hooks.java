package dev.sekisho.control.tunnel;

import java.util.List;

/// Shell lines of the file, by phase, in the order written.
///
/// @param preUp before the interface exists
/// @param postUp after it is up with its routes
/// @param preDown before anything is taken away
/// @param postDown after the interface is gone
public record Hooks(List<String> preUp, List<String> postUp, List<String> preDown, List<String> postDown) {
    /// No hooks.
    public static final Hooks NONE = new Hooks(List.of(), List.of(), List.of(), List.of());

    public Hooks {
        preUp = List.copyOf(preUp);
        postUp = List.copyOf(postUp);
        preDown = List.copyOf(preDown);
        postDown = List.copyOf(postDown);
    }
}
