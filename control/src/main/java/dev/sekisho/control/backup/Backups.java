package dev.sekisho.control.backup;

import com.google.gson.Gson;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Dump;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Makes backups while the server runs: the database as of one moment, keys and certificates. Thread-safe.
public final class Backups {
    /// What is larger is no key and no certificate.
    private static final long MAX_STATE_BYTES = 1 << 20;

    static final String INSTALLATION_KEY = "master.key";

    /// What belongs to this process or host only, or is in the backup otherwise.
    private static final String LEFT_OUT =
            "claim|node\\.id|master\\.key\\..+|sekisho\\.db.*|audit\\.checkpoint|\\..*|.*\\.(log|ndjson|sock)";

    private final Database database;
    private final Path directory;
    private final String version;
    private final InstantSource clock;

    /// @param directory the state directory
    /// @param version of this program
    public Backups(Database database, Path directory, String version, InstantSource clock) {
        this.database = database;
        this.directory = directory;
        this.version = version;
        this.clock = clock;
    }

    /// Writes a backup; does not close the stream.
    ///
    /// @throws IOException when the stream or scratch space can't be written
    /// @throws dev.sekisho.control.store.StoreException when the database can't be read
    public void write(BackupKey key, OutputStream out) throws IOException {
        Header header = Header.create(key);
        out.write(header.bytes());
        Path scratch = Files.createTempDirectory(
                directory,
                ".backup-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (OutputStream sealing = Chunks.sealing(key.derive(header), header, out);
                Archive archive = new Archive(new ZipOutputStream(sealing))) {
            Manifest manifest = new Manifest(
                    Manifest.FORMAT, version, Dump.schema(), database.dialect().name(), clock.millis());
            archive.add(Manifest.NAME, stream -> stream.write(json(manifest)));
            for (Path file : stateFiles(key)) {
                archive.add(Manifest.STATE + directory.relativize(file), stream -> Files.copy(file, stream));
            }
            database.dump(scratch, (name, content) -> archive.add(Manifest.DATABASE + name, content));
            archive.finish();
        } finally {
            Files.deleteIfExists(scratch);
        }
    }

    private static byte[] json(Object value) {
        return new Gson().toJson(value).getBytes(StandardCharsets.UTF_8);
    }

    /// Small files of the state directory and of the folders in it.
    private List<Path> stateFiles(BackupKey key) throws IOException {
        try (Stream<Path> files = Files.walk(directory, 2)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> isWanted(file, key))
                    .sorted()
                    .toList();
        }
    }

    private boolean isWanted(Path file, BackupKey key) {
        for (Path part : directory.relativize(file)) {
            if (part.toString().matches(LEFT_OUT)) {
                return false;
            }
        }
        return file.toFile().length() <= MAX_STATE_BYTES
                && (key instanceof BackupKey.Passphrase
                        || !String.valueOf(file.getFileName()).equals(INSTALLATION_KEY));
    }

    /// An archive that remembers the hash of each part.
    private static final class Archive implements AutoCloseable {
        private final ZipOutputStream zip;
        private final Map<String, String> hashes = new TreeMap<>();

        Archive(ZipOutputStream zip) {
            this.zip = zip;
        }

        void add(String name, Dump.Content content) throws IOException {
            zip.putNextEntry(new ZipEntry(name));
            MessageDigest digest = sha256();
            content.write(new FilterOutputStream(zip) {
                @Override
                public void write(int b) throws IOException {
                    zip.write(b);
                    digest.update((byte) b);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    zip.write(bytes, offset, length);
                    digest.update(bytes, offset, length);
                }
            });
            zip.closeEntry();
            hashes.put(name, HexFormat.of().formatHex(digest.digest()));
        }

        void finish() throws IOException {
            zip.putNextEntry(new ZipEntry(Manifest.HASHES));
            zip.write(json(hashes));
            zip.closeEntry();
            zip.finish();
        }

        @Override
        public void close() throws IOException {
            zip.flush();
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
