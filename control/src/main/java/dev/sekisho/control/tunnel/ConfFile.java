package dev.sekisho.control.tunnel;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/// A configuration file on disk: where it is, which interface it names, who may read it.
///
/// @param path the file
public record ConfFile(Path path) {
    /// Bytes in a file; 10,000 peers need about 2 MiB.
    static final long MAX_BYTES = 256L << 20;

    private static final Path DIRECTORY = Path.of("/etc/wireguard");
    private static final String SUFFIX = ".conf";
    private static final Pattern INTERFACE_NAME = Pattern.compile("[a-zA-Z0-9_=+.-]{1,15}");

    /// The file that the user means: a path, or like `wg-quick` the bare name of an interface with a file in
    /// `/etc/wireguard`.
    public static ConfFile find(String argument) {
        Path path = Path.of(argument);
        if (!Files.exists(path) && isInterfaceName(argument)) {
            Path named = DIRECTORY.resolve(argument + SUFFIX);
            if (Files.exists(named)) {
                return new ConfFile(named);
            }
        }
        return new ConfFile(path);
    }

    /// Whether the kernel and `wg-quick` would take the name: 1 to 15 letters, digits or `_=+.-`.
    public static boolean isInterfaceName(String name) {
        return INTERFACE_NAME.matcher(name).matches() && !name.equals(".") && !name.equals("..");
    }

    /// The interface that the file's name stands for.
    ///
    /// @throws ConfException when the name isn't INTERFACE.conf
    public String interfaceName() {
        Path fileName = path.getFileName();
        String name = fileName == null ? "" : fileName.toString();
        String stem = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : "";
        if (!isInterfaceName(stem)) {
            throw new ConfException(
                    path.toString(),
                    0,
                    "the file has to be named INTERFACE.conf (1 to 15 letters, digits or _=+.-), or give --interface");
        }
        return stem;
    }

    /// Reads and checks the file.
    ///
    /// @throws ConfException when it can't be read or used
    public TunnelConf read() {
        String name = path.toString();
        try {
            if (Files.isDirectory(path)) {
                throw new ConfException(name, 0, "is a directory, not a configuration file");
            }
            if (Files.isRegularFile(path) && Files.size(path) > MAX_BYTES) {
                throw new ConfException(name, 0, "more than " + (MAX_BYTES >> 20) + " MiB");
            }
            try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
                return ConfParser.parse(name, lines);
            }
        } catch (NoSuchFileException e) {
            throw new ConfException(name, 0, "no such file");
        } catch (AccessDeniedException e) {
            throw new ConfException(name, 0, "permission denied");
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private static ConfException unreadable(String name, IOException e) {
        return new ConfException(
                name,
                0,
                e instanceof CharacterCodingException
                        ? "is not a text file in UTF-8"
                        : "can't be read: " + e.getMessage());
    }

    /// Whether others than owner and group can reach the file and so the keys in it: a right that both the file and its
    /// directory give to everyone, as `wg-quick` judges it.
    public boolean isWorldAccessible() {
        try {
            Path real = path.toRealPath();
            Path parent = real.getParent();
            Set<PosixFilePermission> rights = EnumSet.of(
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.OTHERS_EXECUTE);
            rights.retainAll(Files.getPosixFilePermissions(real));
            if (parent != null) {
                rights.retainAll(Files.getPosixFilePermissions(parent));
            }
            return Files.isRegularFile(real) && !rights.isEmpty();
        } catch (IOException e) {
            throw new ConfException(path.toString(), 0, "can't be examined: " + e.getMessage());
        }
    }
}
