package dev.sekisho.control.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfFileTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void interfaceIsNamedByTheFile() {
        assertThat(new ConfFile(Path.of("/a/b/wg-0_x+y=z.1.conf")).interfaceName())
                .isEqualTo("wg-0_x+y=z.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"wg0", "wg0.txt", ".conf", "..conf", "wg 0.conf", "averyveryverylongname.conf", "wg0.conf.bak"})
    void otherNamesAreRefused(String name) {
        assertThatThrownBy(() -> new ConfFile(Path.of(name)).interfaceName()).hasMessageContaining("INTERFACE.conf");
    }

    @Test
    void unreadableFilesAreNamed() throws IOException {
        assertThatThrownBy(() -> new ConfFile(directory.resolve("no.conf")).read())
                .hasMessageEndingWith("no such file");
        assertThatThrownBy(() -> new ConfFile(directory).read()).hasMessageContaining("is a directory");
        Path binary = directory.resolve("bin.conf");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> new ConfFile(binary).read()).hasMessageEndingWith("is not a text file in UTF-8");
    }

    @ParameterizedTest
    @CsvSource({
        "rw-r--r--,rwxr-xr-x,true",
        "rw-------,rwxr-xr-x,false",
        "rw-r--r--,rwx------,false",
        "rw----r--,rwx-----x,false"
    })
    void worldAccessNeedsFileAndDirectory(String file, String parent, boolean expected) throws IOException {
        Path inner = Files.createDirectory(directory.resolve("inner"));
        Path conf = Files.createFile(inner.resolve("wg0.conf"));
        Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString(file));
        Files.setPosixFilePermissions(inner, PosixFilePermissions.fromString(parent));
        assertThat(new ConfFile(conf).isWorldAccessible()).isEqualTo(expected);
    }
}
