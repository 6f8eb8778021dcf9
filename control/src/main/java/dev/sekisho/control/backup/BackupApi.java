package dev.sekisho.control.backup;

import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ServerEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Download;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Permission;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.SecretKey;

/// Backups over REST. Thread-safe; one is made at a time.
public final class BackupApi {
    private static final String SEALED = "application/octet-stream";
    private static final int MAX_PASSPHRASE = 1000;

    /// What to seal with.
    ///
    /// @param passphrase without one, the installation's key
    public record BackupRequest(Optional<String> passphrase) {
        public BackupRequest {
            int length = passphrase.map(String::length).orElse(BackupKey.Passphrase.MIN_CHARS);
            if (length < BackupKey.Passphrase.MIN_CHARS || length > MAX_PASSPHRASE) {
                throw new IllegalArgumentException(
                        "a passphrase has " + BackupKey.Passphrase.MIN_CHARS + " to " + MAX_PASSPHRASE + " characters");
            }
        }

        @Override
        public String toString() {
            return "BackupRequest[hidden]";
        }
    }

    private final UnitOfWork work;
    private final Backups backups;
    private final Path scratch;
    private final Supplier<SecretKey> installationKey;

    /// @param scratch where a backup is until it is sent, for its owner only
    public BackupApi(UnitOfWork work, Backups backups, Path scratch, Supplier<SecretKey> installationKey) {
        this.work = work;
        this.backups = backups;
        this.scratch = scratch;
        this.installationKey = installationKey;
    }

    /// All operations.
    public List<Route> routes() {
        return List.of(Route.post("/backups", "Make a backup")
                .access(Access.to(Permission.BACKUP).withStepUp())
                .body(BackupRequest.class)
                .answers(new Route.Shape.Raw(SEALED))
                .by(this::make));
    }

    private synchronized Answer make(Request request) {
        Optional<String> passphrase = request.body(BackupRequest.class).passphrase();
        BackupKey key = passphrase
                .<BackupKey>map(text -> new BackupKey.Passphrase(CharBuffer.wrap(text)))
                .orElseGet(() -> new BackupKey.Installation(installationKey.get()));
        work.change(
                request.actor(),
                _ -> Change.of(
                        true, new ServerEvent.BackedUp(passphrase.isPresent() ? "passphrase" : "installation key")));
        try {
            return new Answer(
                    200,
                    Optional.of(new Download(write(key))),
                    Map.of("Content-Type", SEALED, "Content-Disposition", "attachment; filename=\"sekisho.backup\""));
        } catch (IOException e) {
            throw new Problem(503, "unavailable", "there is no room for a backup on the server", List.of(), e);
        }
    }

    private Path write(BackupKey key) throws IOException {
        Path file = Files.createTempFile(
                scratch,
                ".backup-",
                ".sealed",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        boolean done = false;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            backups.write(key, out);
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(file);
            }
        }
        return file;
    }
}
