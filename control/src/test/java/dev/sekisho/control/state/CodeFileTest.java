package dev.sekisho.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.totp.CodeLedger.Entry;
import dev.sekisho.policy.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeFileTest {
    private static final UserId ALICE = new UserId("alice");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void whatIsWrittenIsReadAgainByTheOwnerOnly() throws IOException {
        Map<UserId, Entry> entries = Map.of(
                ALICE, new Entry(60_000_000L, 3, 0), new UserId("b"), new Entry(Long.MIN_VALUE, 10, 1_800_000_900L));
        new CodeFile(directory).write(entries);
        assertThat(new CodeFile(directory).read()).isEqualTo(entries);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("codes.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void nothingIsKnownAtTheFirstStart() {
        assertThat(new CodeFile(directory).read()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"format\": 2, \"users\": []}",
                "{\"format\": 1}",
                "{\"format\": 1, \"users\": [{\"user\": \"alice\"}]}",
                "{\"format\": 1, \"users\": [1]}"
            })
    void aDamagedFileIsNoEmptyOne(String text) throws IOException {
        Files.writeString(directory.resolve("codes.json"), text);
        assertThatThrownBy(() -> new CodeFile(directory).read())
                .isInstanceOf(StateException.class)
                .hasMessageContaining("codes.json is damaged");
    }

    @Test
    void aFileThatCantBeWrittenIsToldAndTheOldOneStays() throws IOException {
        new CodeFile(directory).write(Map.of(ALICE, new Entry(1, 0, 0)));
        Files.createDirectories(directory.resolve(".codes.json.new/full"));
        assertThatThrownBy(() -> new CodeFile(directory).write(Map.of()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("can't be written, so no code counts");
        assertThat(new CodeFile(directory).read()).containsKey(ALICE);
    }
}
