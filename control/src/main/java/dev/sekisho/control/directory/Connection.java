package dev.sekisho.control.directory;

import java.util.Optional;

/// What it takes to ask a directory. `toString` hides the secret.
///
/// @param secret the bind password or client secret
public record Connection(ConnectedDirectory directory, Optional<String> secret) {
    @Override
    public String toString() {
        return "Connection[" + directory.name() + "]";
    }
}
