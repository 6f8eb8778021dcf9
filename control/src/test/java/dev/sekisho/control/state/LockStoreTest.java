package dev.sekisho.control.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.DeviceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockStoreTest {
    private static final DeviceId PHONE = new DeviceId("phone");
    private static final Lock SCAN = new Lock(
            PHONE,
            LockReason.SCAN,
            7,
            "",
            List.of(Attempt.of("10.0.0.1:80", 1_767_607_200_123L), Attempt.of("[fd00::5]:0", 1_767_607_201_000L)));

    @TempDir
    Path directory = Path.of("");

    @Test
    void aLockIsReadBackAsItWas() throws IOException {
        LockStore store = LockStore.open(directory);
        store.add(SCAN);
        store.add(new Lock(PHONE, LockReason.ADMIN, 8, "the first one stays", List.of()));
        LockStore again = LockStore.open(directory);
        assertThat(again.find(PHONE)).contains(SCAN);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("locks.json"))))
                .isEqualTo("rw-------");
        assertThat(again.remove(PHONE)).isTrue();
        assertThat(again.remove(PHONE)).isFalse();
        assertThat(LockStore.open(directory).devices()).isEmpty();
    }

    @Test
    void evidenceWithoutTimesIsReadToo() throws IOException {
        Files.writeString(
                directory.resolve("locks.json"),
                "{\"format\": 1, \"locks\": [{\"device\": \"phone\", \"reason\": \"SCAN\", \"since\": 7,"
                        + " \"note\": \"\", \"targets\": [\"10.0.0.1:80\"]}]}");
        assertThat(LockStore.open(directory).find(PHONE).orElseThrow().attempts())
                .containsExactly(Attempt.of("10.0.0.1:80"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"format\": 2, \"locks\": []}",
                "{\"format\": 1}",
                "{\"format\": 1, \"locks\": [{\"device\": \"a\"}]}",
                "{\"format\": 1, \"locks\": [{\"device\": \"a\", \"reason\": \"X\", \"since\": 1, \"note\": \"\", \"targets\": []}]}",
                "{\"format\": 1, \"locks\": [{\"device\": \"a\", \"reason\": \"SCAN\", \"since\": 1, \"note\": \"\","
                        + " \"targets\": [\"10.0.0.1:80 yesterday\"]}]}",
                "{\"format\": 1, \"locks\": [7]}",
                "{\"format\": 1, \"locks\": []} trailing"
            })
    void aDamagedFileIsNoEmptyList(String text) throws IOException {
        Files.writeString(directory.resolve("locks.json"), text);
        assertThatThrownBy(() -> LockStore.open(directory))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("locks.json is damaged");
    }

    @Test
    void whatCantBeWrittenIsNotAcknowledged() throws IOException {
        LockStore store = LockStore.open(directory);
        Files.createDirectories(directory.resolve(".locks.json.new").resolve("in the way"));
        assertThatThrownBy(() -> store.add(SCAN))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("can't be written");
        assertThat(store.devices()).isEmpty();
    }

    /// `--state /tmp` must neither work nor change /tmp.
    @Test
    void aDirectoryThatOthersUseIsNoStateDirectory() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> StateDirectory.claim(shared))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("open to others");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)))
                .isEqualTo("rwxr-xr-x");
        assertThat(shared).isEmptyDirectory();
    }

    @Test
    void aStateDirectoryHasOneOwner() throws IOException {
        Path state = directory.resolve("state");
        try (StateDirectory first = StateDirectory.claim(state)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first.path())))
                    .isEqualTo("rwx------");
            assertThatThrownBy(() -> StateDirectory.claim(state))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("belongs to another running sekisho");
        }
        StateDirectory.claim(state).close();
    }
}
