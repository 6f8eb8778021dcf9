package dev.sekisho.control.secret;

import dev.sekisho.control.state.OwnerFile;
import dev.sekisho.control.state.StateException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/// The installation's key in the state directory: `master.key`, in base 64, for the owner only. While it is changed,
/// `master.key.next` stands beside it: written before the database goes over to the new key, put in the place of the
/// old one after that. A crash in between leaves both, and the database says which one counts. One process at a time,
/// which has claimed the directory.
final class KeyFile {
    static final String NAME = "master.key";

    private static final System.Logger LOG = System.getLogger(KeyFile.class.getName());

    private final Path file;
    private final Path next;

    /// @param directory the state directory
    KeyFile(Path directory) {
        this.file = directory.resolve(NAME);
        this.next = directory.resolve(NAME + ".next");
    }

    Path path() {
        return file;
    }

    /// The key, if it is there.
    ///
    /// @throws StateException when it is damaged or open to others
    Optional<InstallationKey> kept() {
        return read(file);
    }

    /// The key that may be in use already, or not yet.
    Optional<InstallationKey> staged() {
        return read(next);
    }

    private static Optional<InstallationKey> read(Path file) {
        return OwnerFile.read(file).map(bytes -> {
            String text = new String(bytes, StandardCharsets.US_ASCII).strip();
            Arrays.fill(bytes, (byte) 0);
            return InstallationKey.parse(text)
                    .orElseThrow(() -> new StateException(
                            file + " is damaged: it holds no key of 32 bytes; restore it from a backup"));
        });
    }

    /// Keeps a key. On the disk when this returns.
    void keep(InstallationKey key) {
        write(file, key);
    }

    /// Keeps a key beside the one that is in use.
    void stage(InstallationKey key) {
        write(next, key);
    }

    private static void write(Path file, InstallationKey key) {
        byte[] text = key.text();
        try {
            OwnerFile.write(file, text);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /// Brings the files in line with the key that the database uses: the one before goes, and so does one that was
    /// never used. One of something else is kept under another name first.
    ///
    /// @param previous mark of the key that the database used before
    /// @return where the key of something else is; empty when there was none
    Optional<Path> settle(InstallationKey inUse, Optional<String> previous) {
        Optional<InstallationKey> kept = kept();
        boolean isForeign = kept.filter(key -> !inUse.is(key))
                .filter(key -> previous.filter(key.mark()::equals).isEmpty())
                .isPresent();
        Optional<Path> aside = isForeign ? setAside() : Optional.empty();
        Optional<InstallationKey> staged = staged();
        if (staged.filter(inUse::is).isPresent()) {
            OwnerFile.replace(next, file);
        } else if (staged.isPresent()) {
            OwnerFile.delete(next);
        }
        if (kept().filter(inUse::is).isEmpty()) {
            keep(inUse);
        }
        return aside;
    }

    /// Keeps a key that opens nothing here under another name, unless it is there: it may open something else.
    ///
    /// @return where it is; empty when there was none
    Optional<Path> setAside() {
        Optional<byte[]> there = OwnerFile.read(file);
        if (there.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path aside = aside(1);
            for (int i = 2; Files.exists(aside) && !isSame(aside, there.get()); i++) {
                aside = aside(i);
            }
            if (!Files.exists(aside)) {
                OwnerFile.write(aside, there.get());
            }
            return Optional.of(aside);
        } finally {
            Arrays.fill(there.get(), (byte) 0);
        }
    }

    private Path aside(int number) {
        return file.resolveSibling(NAME + ".before-" + number);
    }

    /// Whether a file holds that. One that can't be read, such as one that is open to others, is left as it is.
    private static boolean isSame(Path file, byte[] content) {
        try {
            Optional<byte[]> there = OwnerFile.read(file);
            boolean same =
                    there.filter(bytes -> MessageDigest.isEqual(bytes, content)).isPresent();
            there.ifPresent(bytes -> Arrays.fill(bytes, (byte) 0));
            return same;
        } catch (StateException e) {
            LOG.log(Level.DEBUG, "not looked at", e);
            return false;
        }
    }
}
