package dev.sekisho.control.place;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Where on earth addresses are, for people who judge whether it was them: a hint and no proof, for anybody can come by
/// a relay in another country. Without a database there are no places. Thread-safe; looking up waits for the disk at
/// most, and is not for the packet path.
///
/// A newer file is taken over by [#reload] and [#check]; one that can't be used changes nothing and is logged.
public final class Places {
    private static final System.Logger LOG = System.getLogger(Places.class.getName());

    /// Shared by the customers of a provider (RFC 6598 s7).
    private static final int SHARED_FIRST = 100;

    private static final int SHARED_SECOND = 64;
    private static final int SHARED_SECOND_MASK = 0xc0;

    /// Unique local addresses (RFC 4193 s3.1).
    private static final int UNIQUE_LOCAL = 0xfc;

    private static final int UNIQUE_LOCAL_MASK = 0xfe;

    /// What tells a file from the one that was there before.
    private record Stamp(Object key, long modifiedMillis, long sizeBytes) {}

    private final @Nullable Path file;
    private final Path scratch;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable PlaceFile current;
    private volatile Optional<String> problem = Optional.empty();

    // Guarded by the lock.
    private Optional<Stamp> seen = Optional.empty();

    private Places(@Nullable Path file, Path scratch) {
        this.file = file;
        this.scratch = scratch;
    }

    /// No places.
    public static Places none() {
        return new Places(null, Path.of(""));
    }

    /// Opens a database.
    ///
    /// @param scratch a directory of our own, where there is room for a copy of the file
    /// @throws PlaceException when it can't be used
    public static Places open(Path file, Path scratch) {
        Places places = new Places(file, scratch);
        places.seen = stamp(file);
        places.current = PlaceFile.open(file, scratch);
        return places;
    }

    private static Optional<Stamp> stamp(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Stamp(
                    String.valueOf(now.fileKey()), now.lastModifiedTime().toMillis(), now.size()));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "no places: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    /// Where an address is, as `Vienna, Austria`; empty when that is not known, and for addresses that many have.
    ///
    /// @param address as `203.0.113.9`, `2001:db8::1` or with a port behind, then IPv6 in brackets
    public Optional<String> of(String address) {
        PlaceFile now = current;
        return now == null
                ? Optional.empty()
                : parse(address).filter(one -> !isPrivate(one)).flatMap(now::find);
    }

    private static Optional<InetAddress> parse(String text) {
        String bare = text.strip();
        if (bare.startsWith("[")) {
            bare = bare.substring(1, Math.max(1, bare.indexOf(']')));
        } else if (bare.indexOf(':') == bare.lastIndexOf(':') && bare.indexOf(':') >= 0) {
            bare = bare.substring(0, bare.indexOf(':'));
        }
        if (bare.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(bare.replaceFirst("%.*", "")));
        } catch (IllegalArgumentException e) {
            LOG.log(Level.DEBUG, "{0} is no address and has no place", text);
            return Optional.empty();
        }
    }

    private static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean shared = address instanceof Inet4Address
                ? bytes[0] == SHARED_FIRST && (bytes[1] & SHARED_SECOND_MASK) == SHARED_SECOND
                : (bytes[0] & UNIQUE_LOCAL_MASK) == UNIQUE_LOCAL;
        return shared
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress();
    }

    /// Reads the file again.
    public void reload() {
        read(true);
    }

    /// Reads the file again when it is another one than the one that was read last.
    public void check() {
        read(false);
    }

    private void read(boolean anyhow) {
        if (file == null) {
            return;
        }
        lock.lock();
        try {
            Optional<Stamp> now = stamp(file);
            if (anyhow || !now.equals(seen)) {
                current = PlaceFile.open(file, scratch);
                seen = now; // one that could not be read is tried again
                problem = Optional.empty();
            }
        } catch (PlaceException e) {
            Optional<String> before = problem;
            problem = Optional.of(e.getMessage() + "; until then places are those of the file before");
            LOG.log(
                    problem.equals(before) ? Level.DEBUG : Level.WARNING,
                    "the places stay as they were: {0}",
                    e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    /// What is wrong, in a sentence; empty = all is well.
    public Optional<String> concern() {
        PlaceFile now = current;
        return problem.or(() -> now != null && now.isDamaged()
                ? Optional.of(file + " has damaged records, of which no place is shown: copy it again")
                : Optional.empty());
    }
}
