package dev.sekisho.control.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The directory that one running checkpoint keeps its state in; a second process is refused. The owner
/// closes it.
public final class StateDirectory implements AutoCloseable {
    private static final Path SYSTEM = Path.of("/var/lib/sekisho");
    private static final String OWNER_ONLY = "rwx------";

    private static final String OWNER = "unix:uid";

    /// Belongs to who runs this process.
    private static final Path OURSELVES = Path.of("/proc/self");

    private final Path path;
    private final FileChannel claim;

    private StateDirectory(Path path, FileChannel claim) {
        this.path = path;
        this.claim = claim;
    }

    /// Where state goes unless the user says otherwise: `/var/lib/sekisho` for root, else
    /// `$XDG_STATE_HOME/sekisho`, else `~/.local/state/sekisho`.
    public static Path standard(boolean root, Map<String, String> environment) {
        if (root) {
            return SYSTEM;
        }
        String stateHome = environment.getOrDefault("XDG_STATE_HOME", "");
        // The specification says to ignore a relative path.
        return stateHome.startsWith("/")
                ? Path.of(stateHome, "sekisho")
                : Path.of(environment.getOrDefault("HOME", "/"), ".local", "state", "sekisho");
    }

    /// Where state goes: what an option names, else `SEKISHO_STATE`, else the [standard](#standard) place.
    public static Path chosen(Optional<Path> named, boolean root, Map<String, String> environment) {
        String variable = environment.getOrDefault("SEKISHO_STATE", "").strip();
        return named.or(() ->
                        Optional.of(variable).filter(text -> !text.isEmpty()).map(Path::of))
                .orElseGet(() -> standard(root, environment));
    }

    /// Makes the directory for the owner only, and claims it for this process. One that is there already is taken as it
    /// is or not at all.
    ///
    /// @throws StateException when another process has it, others may look into it, or it can't be made
    public static StateDirectory claim(Path path) {
        try {
            var ownerOnly = PosixFilePermissions.fromString(OWNER_ONLY);
            Files.createDirectories(path, PosixFilePermissions.asFileAttribute(ownerOnly));
            if (!Files.getPosixFilePermissions(path).equals(ownerOnly)
                    || !Files.getAttribute(path, OWNER).equals(Files.getAttribute(OURSELVES, OWNER))) {
                throw new StateException(
                        path + " is open to others or not ours: name a directory of its own, or make it"
                                + " ours alone (chown, chmod 700)");
            }
            FileChannel claim = FileChannel.open(
                    path.resolve("claim"),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            if (!isMine(claim)) {
                claim.close();
                throw new StateException(path + " belongs to another running sekisho; give each its own --state");
            }
            return new StateDirectory(path, claim);
        } catch (IOException e) {
            throw new StateException(path + " can't be made: " + e.getMessage(), e);
        }
    }

    private static boolean isMine(FileChannel claim) throws IOException {
        try {
            FileLock lock = claim.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /// The directory.
    public Path path() {
        return path;
    }

    /// Lets another process have it.
    @Override
    public void close() throws IOException {
        claim.close();
    }
}
