package dev.sekisho.control.place;

import com.maxmind.db.Metadata;
import com.maxmind.db.NoCache;
import com.maxmind.db.Reader;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// A database that is open: a copy of the administrator's file, mapped and without a name. So no memory is taken but
/// for the pages that were looked at, which the kernel may take back, and whoever writes over the file while it is
/// read can't pull it from under the reader. Thread-safe.
///
/// A damaged record is no place, and is told once.
///
/// Source: MaxMind DB File Format Specification 2.0.
final class PlaceFile {
    /// The name of the copy while it is made.
    static final String COPY = ".places.copy";

    private static final System.Logger LOG = System.getLogger(PlaceFile.class.getName());

    /// Before the metadata, which is at the end of the file.
    private static final byte[] MARKER = "\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1);

    /// The marker is within so many bytes of the end.
    private static final int MAX_METADATA_BYTES = 128 << 10;

    /// Zeros between the search tree and the data.
    private static final int SEPARATOR_BYTES = 16;

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path file;
    private final Reader reader;
    private final AtomicBoolean told = new AtomicBoolean();

    private PlaceFile(Path file, Reader reader) {
        this.file = file;
        this.reader = reader;
    }

    /// Opens a file.
    ///
    /// @param scratch a directory of our own, where there is room for the file
    /// @throws PlaceException when it can't be used
    static PlaceFile open(Path file, Path scratch) {
        if (!Files.exists(file)) {
            throw new PlaceException(
                    file + ": no such file; lay a database of places there (places in docs/running.md)", null);
        }
        if (!Files.isRegularFile(file)) {
            throw new PlaceException(file + " is no file: name the database itself, such as GeoLite2-City.mmdb", null);
        }
        Path copy = scratch.resolve(COPY);
        try {
            try {
                copy(file, copy);
                return new PlaceFile(file, checked(file, copy));
            } finally {
                Files.deleteIfExists(copy);
            }
        } catch (IOException e) {
            throw new PlaceException(
                    file + " can't be read, or not be copied to " + scratch + ": " + e.getMessage(), e);
        }
    }

    private static void copy(Path file, Path copy) throws IOException {
        Files.deleteIfExists(copy);
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(
                        copy, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
            long at = 0;
            for (long moved = 1; moved > 0; at += moved) {
                moved = from.transferTo(at, Long.MAX_VALUE - at, to);
            }
        }
    }

    private static Reader checked(Path file, Path copy) throws IOException {
        long metadataAt = metadataAt(copy);
        if (metadataAt < 0) {
            throw new PlaceException(
                    file + " is no MaxMind DB (.mmdb), or not all of it is there: unpack and copy it again", null);
        }
        Reader reader;
        try {
            reader = new Reader(copy.toFile(), Reader.FileMode.MEMORY_MAPPED, NoCache.getInstance());
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new PlaceException(file + " is damaged: copy it again", e);
        }
        Metadata metadata = reader.getMetadata();
        if (metadata.binaryFormatMajorVersion() != 2) {
            throw new PlaceException(
                    file + " has version " + metadata.binaryFormatMajorVersion()
                            + " of the format, not 2: get a newer one",
                    null);
        }
        // A record is a number of bits; a node is two of them.
        long treeBytes = metadata.nodeCount() * metadata.recordSize() / 4;
        boolean fits = Set.of(24, 28, 32).contains(metadata.recordSize())
                && Set.of(4, 6).contains(metadata.ipVersion())
                && metadata.nodeCount() > 0
                && treeBytes + SEPARATOR_BYTES <= metadataAt;
        if (!fits) {
            throw new PlaceException(file + " is damaged, or not all of it is there: copy it again", null);
        }
        LOG.log(Level.INFO, "places come from {0}: {1}, made {2}", file, metadata.databaseType(), made(metadata));
        return reader;
    }

    private static String made(Metadata metadata) {
        return Optional.ofNullable(metadata.buildEpoch())
                .filter(seconds -> seconds.bitLength() <= Integer.SIZE)
                .map(seconds -> Instant.ofEpochSecond(seconds.longValue()).toString())
                .orElse("at no known time");
    }

    /// Where the metadata's marker begins; negative when there is none.
    private static long metadataAt(Path copy) throws IOException {
        try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.READ)) {
            long from = Math.max(0, channel.size() - MAX_METADATA_BYTES);
            ByteBuffer tail = ByteBuffer.allocate((int) (channel.size() - from));
            int read;
            do {
                read = channel.read(tail, from + tail.position());
            } while (read > 0);
            for (int at = tail.position() - MARKER.length; at >= 0; at--) {
                if (tail.slice(at, MARKER.length).equals(ByteBuffer.wrap(MARKER))) {
                    return from + at;
                }
            }
            return -1;
        }
    }

    /// The place of an address, if it is known.
    Optional<String> find(InetAddress address) {
        if (address instanceof Inet6Address && reader.getMetadata().ipVersion() == 4) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(reader.get(address, PlaceRecord.class)).flatMap(PlaceRecord::shown);
        } catch (IOException | RuntimeException | StackOverflowError | InternalError e) {
            if (told.compareAndSet(false, true)) {
                LOG.log(
                        Level.WARNING,
                        "{0} has damaged records ({1}), of which no place is shown: copy it again",
                        file,
                        e.getClass().getSimpleName());
            }
            return Optional.empty();
        }
    }

    /// Whether a damaged record was met.
    boolean isDamaged() {
        return told.get();
    }
}
