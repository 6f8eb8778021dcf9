package dev.sekisho.dataplane.noise;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// The pattern against published vectors. Of the file, IKpsk2 is ours; the others have other tokens.
class NoiseVectorTest {
    private static final HexFormat HEX = HexFormat.of();

    private final Primitives p = Primitives.create();

    @Test
    void agreesWithTheVectorForIkPsk2() throws IOException {
        JsonObject vector = vector("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s");
        LocalIdentity initiator = identity(bytes(vector, "init_static"));
        LocalIdentity responder = identity(bytes(vector, "resp_static"));
        assertThat(responder.publicKey().bytes()).isEqualTo(bytes(vector, "init_remote_static"));
        byte[] staticStatic = new byte[32];
        Handshake.sharedSecret(p, initiator.privateKey(), responder.publicKey().bytes(), staticStatic);
        byte[] psk = HEX.parseHex(vector.getAsJsonArray("init_psks").get(0).getAsString());

        byte[] first = new byte[ciphertext(vector, 0).length];
        Handshake.AwaitingResponse awaiting = requireNonNull(Handshake.initiate(
                p,
                SymmetricState.begin(bytes(vector, "init_prologue")),
                initiator,
                responder.publicKey(),
                staticStatic,
                fixed(bytes(vector, "init_ephemeral")),
                payload(vector, 0),
                first));
        assertThat(first).isEqualTo(ciphertext(vector, 0));

        var received = (Handshake.ReceivedStatic)
                Handshake.receive(p, SymmetricState.begin(bytes(vector, "resp_prologue")), responder, first);
        assertThat(received.remoteStatic()).isEqualTo(initiator.publicKey());
        Handshake.ReceivedInitiation initiation = requireNonNull(received.authenticate(p, staticStatic));
        assertThat(initiation.payload()).isEqualTo(payload(vector, 0));

        Handshake.Answer responderEnd =
                requireNonNull(initiation.respond(p, psk, fixed(bytes(vector, "resp_ephemeral")), payload(vector, 1)));
        assertThat(responderEnd.bytes()).isEqualTo(ciphertext(vector, 1));
        assertThat(responderEnd.handshakeHash()).isEqualTo(bytes(vector, "handshake_hash"));

        Handshake.Answer initiatorEnd = requireNonNull(awaiting.consume(p, initiator, psk, ciphertext(vector, 1)));
        assertThat(initiatorEnd.bytes()).isEqualTo(payload(vector, 1));
        assertThat(initiatorEnd.handshakeHash()).isEqualTo(bytes(vector, "handshake_hash"));
        agreesOnTransport(vector, initiatorEnd.keys(), responderEnd.keys());
    }

    private void agreesOnTransport(JsonObject vector, TransportKeys initiator, TransportKeys responder) {
        assertThat(initiator.send().constantTimeEquals(responder.receive())).isTrue();
        assertThat(responder.send().constantTimeEquals(initiator.receive())).isTrue();
        for (int i = 2; i < vector.getAsJsonArray("messages").size(); i++) {
            SecretKey key = (i % 2 == 0 ? initiator : responder).send();
            byte[] sealed = p.aead().seal(key, (i - 2) / 2, new byte[0], payload(vector, i));
            assertThat(sealed).as("message %d", i).isEqualTo(ciphertext(vector, i));
        }
    }

    private static JsonObject vector(String protocol) throws IOException {
        var stream = NoiseVectorTest.class.getResourceAsStream("noise_IK_25519_ChaChaPoly_BLAKE2s.json");
        try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            JsonArray vectors = JsonParser.parseReader(reader).getAsJsonObject().getAsJsonArray("vectors");
            for (var vector : vectors) {
                if (vector.getAsJsonObject().get("protocol_name").getAsString().equals(protocol)) {
                    return vector.getAsJsonObject();
                }
            }
        }
        throw new AssertionError("no vector for " + protocol);
    }

    private static LocalIdentity identity(byte[] privateKey) {
        return LocalIdentity.of(SecretKey.copyOf(privateKey, 0));
    }

    private static Entropy fixed(byte[] bytes) {
        return (target, offset, length) -> System.arraycopy(bytes, 0, target, offset, length);
    }

    private static byte[] bytes(JsonObject vector, String name) {
        return HEX.parseHex(vector.get(name).getAsString());
    }

    private static byte[] payload(JsonObject vector, int message) {
        return bytes(vector.getAsJsonArray("messages").get(message).getAsJsonObject(), "payload");
    }

    private static byte[] ciphertext(JsonObject vector, int message) {
        return bytes(vector.getAsJsonArray("messages").get(message).getAsJsonObject(), "ciphertext");
    }
}
