package dev.sekisho.control.factor;

import java.util.List;

/// What a browser is told so that it asks an authenticator, in the JSON of WebAuthn level 3 section 5.1. Bytes are in
/// base 64 for URLs without padding.
public sealed interface PasskeyOptions {
    /// Milliseconds that a person has.
    long TIMEOUT_MILLIS = 180_000;

    /// The server.
    record RelyingParty(String id, String name) {}

    /// The user.
    record Person(String id, String name, String displayName) {}

    /// An algorithm.
    record Algorithm(String type, long alg) {}

    /// A credential.
    record Credential(String type, String id) {}

    /// Which authenticators will do.
    record Selection(String residentKey, String userVerification) {}

    /// `PublicKeyCredentialCreationOptionsJSON`.
    record Creation(
            RelyingParty rp,
            Person user,
            String challenge,
            List<Algorithm> pubKeyCredParams,
            long timeout,
            List<Credential> excludeCredentials,
            Selection authenticatorSelection,
            String attestation)
            implements PasskeyOptions {}

    /// `PublicKeyCredentialRequestOptionsJSON`.
    record Request(
            String challenge, long timeout, String rpId, List<Credential> allowCredentials, String userVerification)
            implements PasskeyOptions {}
}
