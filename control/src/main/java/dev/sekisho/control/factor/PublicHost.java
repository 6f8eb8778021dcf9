package dev.sekisho.control.factor;

import java.util.Set;

/// Under which name browsers reach the server: what passkeys are bound to. Immutable.
///
/// @param name the host's name, without a port: the relying party of passkeys (WebAuthn section 5.1.2)
/// @param origins where the portal is, as `https://name` or `https://name:port`
public record PublicHost(String name, Set<String> origins) {
    public PublicHost {
        origins = Set.copyOf(origins);
    }
}
