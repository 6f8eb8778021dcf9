package dev.sekisho.control.backup;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import dev.sekisho.control.store.DatabaseUrl;
import dev.sekisho.control.store.Dialect;
import dev.sekisho.control.store.Dump;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// Puts a backup back while the server is stopped. All of it is read and checked, beside the place, before anything is
/// touched.
public final class Restore {
    private static final Set<java.nio.file.attribute.PosixFilePermission> OWNER =
            PosixFilePermissions.fromString("rw-------");
    private static final String ENTRY = "[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,99})?";
    private static final String DATABASE_FILE = "sekisho.db";
    private static final int MAX_MANIFEST_BYTES = 1 << 20;

    private final Path directory;
    private final Optional<DatabaseUrl> url;
    private final boolean force;

    /// @param directory the state directory, claimed by the caller
    /// @param url of PostgreSQL; empty = SQLite in the state directory
    /// @param force whether to keep what is there aside instead of refusing
    public Restore(Path directory, Optional<DatabaseUrl> url, boolean force) {
        this.directory = directory;
        this.url = url;
        this.force = force;
    }

    /// What was put back.
    ///
    /// @param version of the program that made the backup
    /// @param createdAt when it was made
    /// @param needsKey whether the installation's key must still be put beside it, since the backup has none
    /// @param aside where the old state is kept, if there was some
    public record Restored(String version, Instant createdAt, boolean needsKey, Optional<Path> aside) {}

    /// Puts a backup back.
    ///
    /// @throws BackupException when it is damaged, does not fit here, or something is there already
    /// @throws IOException when it can't be read or there is no room
    public Restored read(BackupKey key, InputStream backup) throws IOException {
        List<Path> there = occupied();
        if (!there.isEmpty() && !force) {
            throw new BackupException(
                    directory + " is not empty (" + there.getFirst().getFileName()
                            + "): name an empty state directory, or use --force, which keeps what is there aside",
                    null);
        }
        Header header = Header.read(backup);
        if (header.keyId() != key.id()) {
            throw new BackupException(
                    "the backup is sealed with " + (header.keyId() == 1 ? "a passphrase" : "the installation's key")
                            + ", not with " + key,
                    null);
        }
        Path staging = Files.createTempDirectory(
                directory,
                ".restore-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (InputStream opened = Chunks.opening(key.derive(header), header, backup)) {
            Map<String, Path> parts = unpack(opened, staging);
            Manifest manifest = check(parts);
            Optional<Path> aside = there.isEmpty() ? Optional.empty() : Optional.of(setAside(there));
            putBack(manifest, parts);
            boolean needsKey = !Files.exists(directory.resolve(Backups.INSTALLATION_KEY));
            return new Restored(manifest.version(), Instant.ofEpochMilli(manifest.createdAt()), needsKey, aside);
        } finally {
            remove(staging);
        }
    }

    /// The claim, and with the installation's key that key, may be there: they are how one gets here.
    private List<Path> occupied() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file ->
                            !Set.of("claim", Backups.INSTALLATION_KEY).contains(String.valueOf(file.getFileName())))
                    .sorted()
                    .toList();
        }
    }

    private static Map<String, Path> unpack(InputStream in, Path staging) throws IOException {
        Map<String, Path> parts = new LinkedHashMap<>();
        Map<String, String> hashes = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName();
                if (!name.replaceFirst("^(state|database)/", "").matches(ENTRY) || parts.containsKey(name)) {
                    throw new BackupException("the backup is damaged: it has a part with a name that can't be", null);
                }
                Path file = staging.resolve("part-" + parts.size());
                MessageDigest digest = Backups.sha256();
                try (OutputStream out =
                        new DigestOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), digest)) {
                    zip.transferTo(out);
                }
                Files.setPosixFilePermissions(file, OWNER);
                parts.put(name, file);
                hashes.put(name, HexFormat.of().formatHex(digest.digest()));
            }
            // To the last chunk, which tells that nothing was cut off.
            in.transferTo(OutputStream.nullOutputStream());
        }
        compare(parts, hashes);
        return parts;
    }

    private static void compare(Map<String, Path> parts, Map<String, String> found) throws IOException {
        Path file = parts.remove(Manifest.HASHES);
        if (file == null) {
            throw new BackupException("the backup is damaged: its list of hashes is missing", null);
        }
        Map<String, String> expected = json(file, new TypeToken<Map<String, String>>() {});
        found.remove(Manifest.HASHES);
        if (!expected.equals(found)) {
            throw new BackupException("the backup is damaged: its parts are not those that were written", null);
        }
    }

    private static <T> T json(Path file, TypeToken<T> type) throws IOException {
        if (Files.size(file) > MAX_MANIFEST_BYTES) {
            throw new BackupException("the backup is damaged: a list in it is too long", null);
        }
        try {
            return Objects.requireNonNull(new Gson().fromJson(Files.readString(file, StandardCharsets.UTF_8), type));
        } catch (JsonParseException | NullPointerException e) {
            throw new BackupException("the backup is damaged: a list in it can't be read", e);
        }
    }

    private Manifest check(Map<String, Path> parts) throws IOException {
        Path file = parts.remove(Manifest.NAME);
        if (file == null) {
            throw new BackupException("the backup is damaged: it does not say what it is", null);
        }
        Manifest manifest = json(file, TypeToken.get(Manifest.class));
        if (manifest.format() != Manifest.FORMAT || manifest.schema() > Dump.schema()) {
            throw new BackupException(
                    "the backup was made by a newer sekisho (" + manifest.version() + "): restore it with that version",
                    null);
        }
        String here = (url.isPresent() ? Dialect.POSTGRESQL : Dialect.SQLITE).name();
        if (!manifest.dialect().equals(here)) {
            throw new BackupException(
                    "the backup is of " + manifest.dialect() + ", this server uses " + here
                            + ": set or remove SEKISHO_DATABASE_URL to match",
                    null);
        }
        if (url.isEmpty()) {
            Path database = parts.get(Manifest.DATABASE + Dump.FILE);
            if (database == null || !Dump.check(database).isEmpty()) {
                throw new BackupException("the backup is damaged: the database in it is not sound", null);
            }
        }
        return manifest;
    }

    private Path setAside(List<Path> there) throws IOException {
        Path aside = Files.createTempDirectory(
                directory,
                ".before-restore-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (Path file : there) {
            Files.move(file, aside.resolve(file.getFileName()));
        }
        return aside;
    }

    private void putBack(Manifest manifest, Map<String, Path> parts) throws IOException {
        List<Dump.Part> tables = new ArrayList<>();
        for (Map.Entry<String, Path> part : parts.entrySet()) {
            if (part.getKey().startsWith(Manifest.DATABASE)) {
                tables.add(new Dump.Part(part.getKey().substring(Manifest.DATABASE.length()), part.getValue()));
            }
        }
        if (url.isPresent()) {
            Dump.restore(url.get(), manifest.schema(), tables, force);
        } else {
            Files.move(tables.getFirst().file(), directory.resolve(DATABASE_FILE));
        }
        for (Map.Entry<String, Path> part : parts.entrySet()) {
            if (part.getKey().startsWith(Manifest.STATE)) {
                Path target = directory.resolve(part.getKey().substring(Manifest.STATE.length()));
                Path folder = Objects.requireNonNull(target.getParent());
                if (!folder.equals(directory)) {
                    Files.createDirectories(
                            folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                }
                Files.move(part.getValue(), target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void remove(Path staging) throws IOException {
        try (Stream<Path> files = Files.walk(staging)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
