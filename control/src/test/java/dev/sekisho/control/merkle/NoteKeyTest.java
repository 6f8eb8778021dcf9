package dev.sekisho.control.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoteKeyTest {
    private final NoteSigner signer = NoteSigner.create("log");
    private final Checkpoint checkpoint = new Checkpoint(
            signer.key().name(), 7, CompactRange.empty().rootText(), Instant.ofEpochMilli(1_764_504_000_123L));

    @Test
    void aSignedCheckpointIsReadBackWithThePublicKeyAlone() {
        NoteKey key = NoteKey.parse(signer.key().text());
        assertThat(key.open(signer.sign(checkpoint))).isEqualTo(checkpoint);
    }

    @Test
    void aKeyThatWasKeptSignsLikeTheOneThatWasMade() {
        NoteSigner kept = NoteSigner.of(signer.bytes());
        assertThat(kept.key().text()).isEqualTo(signer.key().text());
        assertThat(kept.sign(checkpoint)).isEqualTo(signer.sign(checkpoint));
    }

    /// The example key of Go's package golang.org/x/mod/sumdb/note.
    @Test
    void keysOfOthersAreRead() {
        String key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assertThat(NoteKey.parse(key).text()).isEqualTo(key);
    }

    @Test
    void noByteOfANoteCanBeChanged() {
        byte[] note = signer.sign(checkpoint).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < note.length; i++) {
            byte[] changed = note.clone();
            changed[i] ^= 1;
            String text = new String(changed, StandardCharsets.UTF_8);
            assertThatThrownBy(() -> signer.key().open(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /// Base 64 has bits to spare in the last letter before `=`: other letters there decode to the same bytes.
    @Test
    void aSignatureHasOneSpelling() {
        String note = signer.sign(checkpoint);
        int last = note.lastIndexOf('=') - 1;
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        int value = letters.indexOf(note.charAt(last));
        for (int spare = 1; spare < 4; spare++) {
            String other = note.substring(0, last) + letters.charAt(value ^ spare) + note.substring(last + 1);
            assertThatThrownBy(() -> signer.key().open(other)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(signer.key().open(note).root()).isEqualTo(checkpoint.root());
    }

    @Test
    void anotherKeyOfTheSameNameIsRefused() {
        NoteSigner other = NoteSigner.create("log");
        String forged =
                other.sign(checkpoint).replace(other.key().name(), signer.key().name());
        assertThatThrownBy(() -> signer.key().open(forged))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not signed with the key");
    }

    @Test
    void aCheckpointOfAnotherLogIsRefusedEvenWhenItIsSigned() {
        Checkpoint other = new Checkpoint("elsewhere", 7, checkpoint.root(), checkpoint.at());
        assertThatThrownBy(() -> signer.key().open(signer.sign(other)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another log");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a+b",
                "a+00000000+AAAA",
                "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumam+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
            })
    void aMistypedKeyIsRefused(String text) {
        assertThatThrownBy(() -> NoteKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "log\n7\nAAAA\ntimestamp 5\n", "log\n7\n\n", "\n\n\u2014 log AAAA\n"})
    void whatIsNoNoteIsRefused(String text) {
        assertThatThrownBy(() -> signer.key().open(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDamagedPrivateKeyIsRefusedAndNotRepeated() {
        String kept = new String(signer.bytes(), StandardCharsets.UTF_8);
        String other = new String(NoteSigner.create("log").bytes(), StandardCharsets.UTF_8);
        String mixed =
                kept.lines().toList().get(0) + "\n" + other.lines().toList().get(1) + "\n";
        for (String bad : new String[] {"", kept.substring(3), kept.substring(0, kept.length() - 9), mixed}) {
            assertThatThrownBy(() -> NoteSigner.of(bad.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the key that signs checkpoints is damaged")
                    .hasNoCause();
        }
    }
}
