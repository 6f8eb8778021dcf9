package dev.sekisho.control.secret;

import dev.sekisho.control.state.StateException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The installation's key as the environment has it. Immutable.
///
/// @param variable where it stands
record GivenKey(String variable, InstallationKey key) {
    /// Where it may stand; the second name is an alias.
    static final List<String> VARIABLES = List.of("SEKISHO_ENCRYPTION_KEY", "MAMORI_ENCRYPTION_KEY");

    /// Reads it.
    ///
    /// @throws StateException when what stands there is no key; the message does not repeat it
    static Optional<GivenKey> of(Map<String, String> environment) {
        String variable = environment.containsKey(VARIABLES.getFirst()) ? VARIABLES.getFirst() : VARIABLES.getLast();
        String text = environment.getOrDefault(variable, "").strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new GivenKey(
                variable,
                InstallationKey.parse(text).orElseThrow(() -> new StateException(variable + " is no key: " + FORM))));
    }

    /// What a key looks like, for messages.
    static final String FORM =
            "it must be 32 random bytes in base 64 or hexadecimal, as `openssl rand -base64 32` makes them";
}
