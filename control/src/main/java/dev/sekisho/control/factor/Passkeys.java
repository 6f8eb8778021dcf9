package dev.sekisho.control.factor;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.exception.DataConversionException;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.CollectedClientData;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.verifier.exception.VerificationException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Judges what authenticators say. Pure but for its library, which is loaded when it is first needed: it costs a
/// start some tenths of a second. Thread-safe.
///
/// User verification is required, no attestation is asked for, frames of other pages are refused. Source: WebAuthn
/// level 3 sections 7.1 and 7.2.
final class Passkeys {
    /// What authenticators may sign with: ECDSA on P-256, Ed25519, RSA with SHA-256.
    static final List<COSEAlgorithmIdentifier> ALGORITHMS =
            List.of(COSEAlgorithmIdentifier.ES256, COSEAlgorithmIdentifier.EdDSA, COSEAlgorithmIdentifier.RS256);

    private final PublicHost host;

    /// The library, loaded with this class.
    private static final class Library {
        static final ObjectConverter CONVERTER = new ObjectConverter();
        static final WebAuthnManager MANAGER = WebAuthnManager.createNonStrictWebAuthnManager(CONVERTER);
        static final AttestedCredentialDataConverter CREDENTIALS = new AttestedCredentialDataConverter(CONVERTER);
    }

    Passkeys(PublicHost host) {
        this.host = host;
    }

    /// What an authenticator registered.
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Registered(byte[] credentialId, byte[] credential, long signCount) {}

    /// What an authenticator signed.
    record Asserted(FactorStore.Passkey passkey, long signCount) {}

    /// The challenge that a response answers, whatever it is; empty when it can't be read.
    Optional<byte[]> challengeOfRegistration(String json) {
        return parseRegistration(json)
                .map(RegistrationData::getCollectedClientData)
                .map(data -> data.getChallenge().getValue());
    }

    /// The challenge that a response answers, whatever it is; empty when it can't be read.
    Optional<byte[]> challengeOfAssertion(String json) {
        return parseAssertion(json)
                .map(AuthenticationData::getCollectedClientData)
                .map(data -> data.getChallenge().getValue());
    }

    /// Judges a registration.
    ///
    /// @param challenge that was given out for it
    /// @return empty when anything about it is wrong
    Optional<Registered> register(String json, byte[] challenge) {
        List<PublicKeyCredentialParameters> algorithms = ALGORITHMS.stream()
                .map(algorithm -> new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY, algorithm))
                .toList();
        return parseRegistration(json)
                .filter(data -> !isFramed(data.getCollectedClientData()))
                .flatMap(data -> {
                    try {
                        Library.MANAGER.verify(
                                data, new RegistrationParameters(server(challenge), algorithms, true, true));
                        return registered(data);
                    } catch (VerificationException | DataConversionException e) {
                        return Optional.empty();
                    }
                });
    }

    private static Optional<Registered> registered(RegistrationData data) {
        var object = data.getAttestationObject();
        if (object == null) {
            return Optional.empty();
        }
        AttestedCredentialData credential = object.getAuthenticatorData().getAttestedCredentialData();
        return credential == null
                ? Optional.empty()
                : Optional.of(new Registered(
                        credential.getCredentialId(),
                        Library.CREDENTIALS.convert(credential),
                        object.getAuthenticatorData().getSignCount()));
    }

    /// Judges an assertion.
    ///
    /// @param passkeys those of the user who is to be proved
    /// @param challenge that was given out for it
    /// @return which passkey signed; empty when anything about it is wrong
    Optional<Asserted> assertion(String json, List<FactorStore.Passkey> passkeys, byte[] challenge) {
        return parseAssertion(json)
                .filter(data -> !isFramed(data.getCollectedClientData()))
                .flatMap(data -> passkeys.stream()
                        .filter(passkey -> Arrays.equals(passkey.credentialId(), data.getCredentialId()))
                        .findFirst()
                        .filter(passkey -> isOwner(data, passkey))
                        .flatMap(passkey -> verify(data, passkey, challenge)));
    }

    /// The user handle may be missing; one of somebody else is refused (section 7.2 step 6).
    private static boolean isOwner(AuthenticationData data, FactorStore.Passkey passkey) {
        return Optional.ofNullable(data.getUserHandle())
                .map(handle -> Arrays.equals(handle, handle(passkey.factor().userId())))
                .orElse(true);
    }

    /// What authenticators know a user by: the identity, which says nothing.
    static byte[] handle(String userId) {
        return userId.getBytes(StandardCharsets.US_ASCII);
    }

    private Optional<Asserted> verify(AuthenticationData data, FactorStore.Passkey passkey, byte[] challenge) {
        CredentialRecordImpl known = new CredentialRecordImpl(
                new NoneAttestationStatement(),
                null,
                null,
                null,
                passkey.signCount(),
                Library.CREDENTIALS.convert(passkey.credential()),
                null,
                null,
                null,
                null);
        try {
            Library.MANAGER.verify(
                    data,
                    new AuthenticationParameters(
                            server(challenge), known, List.of(passkey.credentialId()), true, true));
        } catch (VerificationException | DataConversionException e) {
            return Optional.empty();
        }
        var signed = data.getAuthenticatorData();
        return signed == null ? Optional.empty() : Optional.of(new Asserted(passkey, signed.getSignCount()));
    }

    private ServerProperty server(byte[] challenge) {
        return ServerProperty.builder()
                .origins(host.origins().stream().map(Origin::new).collect(Collectors.toSet()))
                .rpId(host.name())
                .challenge(new DefaultChallenge(challenge))
                .build();
    }

    private static boolean isFramed(@Nullable CollectedClientData data) {
        return data == null || Boolean.TRUE.equals(data.getCrossOrigin()) || data.getTopOrigin() != null;
    }

    /// The library throws whatever its JSON and CBOR readers throw, not only what it declares: none of it is a
    /// response.
    private static Optional<RegistrationData> parseRegistration(String json) {
        try {
            RegistrationData data = Library.MANAGER.parseRegistrationResponseJSON(json);
            return data.getCollectedClientData() == null ? Optional.empty() : Optional.of(data);
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<AuthenticationData> parseAssertion(String json) {
        try {
            AuthenticationData data = Library.MANAGER.parseAuthenticationResponseJSON(json);
            return data.getCollectedClientData() == null ? Optional.empty() : Optional.of(data);
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }
}
