package dev.sekisho.control.policy;

import dev.sekisho.crypto.Wipe;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Notices that the policy file has changed and puts the new content in force; a file that can't be used
/// changes nothing and is told once. One owner thread; [#lastError] may be asked by any.
///
/// A change is looked at when the file has been the same for [#SETTLE], so that a file in the middle of
/// being written isn't taken for a broken one; one that seems cut off ([FileInForce]) must be written once
/// more, or
/// touched, before it counts. Modification time, size and identity say that something may
/// have changed, the content says whether it did: an editor's atomic rename and the swap of a symbolic
/// link count, a mere touch doesn't.
final class PolicyReloader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PolicyReloader.class.getName());

    /// How long a file must have been left alone.
    static final Duration SETTLE = Duration.ofMillis(100);

    /// Pause after which a content that could not be put in force is tried again: what was in the way may be
    /// gone, and
    /// a
    /// revocation must not wait for somebody to write it twice.
    static final Duration RETRY = Duration.ofSeconds(10);

    private static final String CUT_OFF =
            "it seems cut off: it was written in place and is the beginning of the file in force, or ends within a line."
                    + " If it is what you mean, save or touch it once more; better write a new file and rename it";

    /// A file system's clock is coarse: for so long after a look the content is compared even when the
    /// times agree.
    private static final Duration RACY = Duration.ofSeconds(2);

    /// What the file system says about the file behind all links.
    private record Stamp(
            long modifiedNanos, long size, @Nullable Object fileKey) {
        static final Stamp ABSENT = new Stamp(0, -1, null);
    }

    private final PolicyFile file;
    private final Consumer<PolicyFile.Content> enforcer;
    private volatile long version;
    private final FileInForce inForce = new FileInForce();
    private Stamp stamp;
    private String digest;
    private String doubted = "";
    private long changedNanos;
    private long lookedNanos;
    private boolean unsettled;
    private boolean failed;
    private long failedNanos;
    private volatile @Nullable String lastError;

    /// @param version of the content in force
    /// @param digest of the file that it was read from
    /// @param enforcer puts a content in force, or throws a [RuntimeException] with a sentence and changes
    ///     nothing; the content is its own from then on, unless it throws
    PolicyReloader(PolicyFile file, long version, String digest, long nowNanos, Consumer<PolicyFile.Content> enforcer) {
        this.file = file;
        this.version = version;
        this.enforcer = enforcer;
        this.stamp = Stamp.ABSENT; // the first look compares contents
        this.digest = digest;
        this.lookedNanos = nowNanos;
        this.changedNanos = nowNanos;
        rememberFirst();
    }

    /// The text that was read at the start, unless it has changed since.
    private void rememberFirst() {
        Stamp present = stamp();
        try {
            byte[] text = file.bytes();
            if (PolicyFile.digest(text).equals(digest)) {
                inForce.replace(text, present.fileKey());
            } else {
                Wipe.bytes(text);
            }
        } catch (PolicyFileException e) {
            LOG.log(Level.DEBUG, "the file can''t be read again: {0}", e.getMessage());
        }
    }

    /// Looks at the file. To be called twice a second, and sooner when something moved.
    ///
    /// @return whether it wants to be called again after [#SETTLE]
    boolean check(long nowNanos) {
        Stamp present = stamp();
        if (!present.equals(stamp)) {
            stamp = present;
            changedNanos = nowNanos;
            unsettled = true;
            return true;
        }
        if (!unsettled && failed && !digest.equals(doubted) && nowNanos - failedNanos >= RETRY.toNanos()) {
            digest = file.digest();
            load(nowNanos);
            return false;
        }
        boolean racy = nowNanos - lookedNanos < RACY.toNanos();
        if (!unsettled && !racy) {
            return false;
        }
        if (unsettled && nowNanos - changedNanos < SETTLE.toNanos()) {
            return true;
        }
        boolean first = unsettled;
        unsettled = false;
        String seen = file.digest();
        boolean again = first && seen.equals(doubted);
        if (!seen.equals(digest) || again) {
            digest = seen;
            lookedNanos = nowNanos;
            load(nowNanos);
        } else if (first) {
            lookedNanos = nowNanos;
        }
        return false;
    }

    private void load(long nowNanos) {
        failed = true;
        failedNanos = nowNanos;
        byte[] text = new byte[0];
        boolean kept = false;
        try {
            text = file.bytes();
            digest = PolicyFile.digest(text);
            if (!digest.equals(doubted) && inForce.seemsCutOff(text, stamp.fileKey())) {
                doubted = digest;
                throw new PolicyFileException(List.of(CUT_OFF));
            }
            enforce(file.parse(text, version + 1));
            inForce.replace(text, stamp.fileKey());
            kept = true;
            doubted = "";
            failed = false;
            lastError = null;
        } catch (RuntimeException e) {
            String error = String.valueOf(e.getMessage());
            if (!error.equals(lastError)) {
                LOG.log(
                        Level.ERROR,
                        "{0}: the change is not in force, version {1} stays: {2}",
                        file.path(),
                        version,
                        error);
            }
            lastError = error;
        } finally {
            if (!kept) {
                Wipe.bytes(text);
            }
        }
    }

    private void enforce(PolicyFile.Content content) {
        boolean enforced = false;
        try {
            enforcer.accept(content);
            enforced = true;
        } finally {
            if (!enforced) {
                content.close();
            }
        }
        version = content.policy().version();
        content.warnings().forEach(warning -> LOG.log(Level.WARNING, "{0}", warning));
        LOG.log(Level.INFO, "{0}: version {1} is in force", file.path(), version);
    }

    /// Wipes what was kept of the file.
    @Override
    public void close() {
        inForce.close();
    }

    /// Version of the content in force.
    long version() {
        return version;
    }

    /// Why the file as it is now isn't in force; empty when it is.
    Optional<String> lastError() {
        return Optional.ofNullable(lastError);
    }

    private Stamp stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
            return new Stamp(
                    attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), attributes.size(), attributes.fileKey());
        } catch (IOException e) {
            return Stamp.ABSENT;
        }
    }
}
