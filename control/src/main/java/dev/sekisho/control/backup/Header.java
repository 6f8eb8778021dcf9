package dev.sekisho.control.backup;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/// The clear beginning of a backup. The layout stands in the package's door sign. Immutable.
final class Header {
    static final int BYTES = 38;

    private static final byte[] MAGIC = "SEKISHOB".getBytes(StandardCharsets.US_ASCII);
    private static final byte FORMAT = 1;
    private static final int SALT_BYTES = 16;

    /// RFC 9106 section 4, the second recommended choice: 64 MiB, 3 passes, 4 lanes.
    private static final int MEMORY_KIB = 64 << 10;

    private static final int PASSES = 3;
    private static final int LANES = 4;

    /// What a header may ask of us.
    private static final int MAX_MEMORY_KIB = 1 << 20;

    private static final int MAX_PASSES = 16;
    private static final int MAX_LANES = 16;

    private final byte[] bytes;

    private Header(byte[] bytes) {
        this.bytes = bytes;
    }

    static Header create(BackupKey key) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        boolean argon = key instanceof BackupKey.Passphrase;
        return new Header(ByteBuffer.allocate(BYTES)
                .put(MAGIC)
                .put(FORMAT)
                .put(key.id())
                .put(salt)
                .putInt(argon ? MEMORY_KIB : 0)
                .putInt(argon ? PASSES : 0)
                .putInt(argon ? LANES : 0)
                .array());
    }

    static Header read(InputStream in) throws IOException {
        byte[] bytes = new byte[BYTES];
        try {
            new DataInputStream(in).readFully(bytes);
        } catch (EOFException e) {
            throw new BackupException("this is no backup: it is too short", e);
        }
        Header header = new Header(bytes);
        if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new BackupException("this is no backup of sekisho", null);
        }
        if (bytes[MAGIC.length] != FORMAT) {
            throw new BackupException(
                    "the backup has format " + bytes[MAGIC.length] + ", this program knows " + FORMAT
                            + ": use the version that made it",
                    null);
        }
        if (header.keyId() == 1
                && (!isWithin(header.memoryKib(), MAX_MEMORY_KIB)
                        || !isWithin(header.passes(), MAX_PASSES)
                        || !isWithin(header.lanes(), MAX_LANES)
                        || header.memoryKib() < 8 * header.lanes())) {
            throw new BackupException("the backup is damaged: its header can't be right", null);
        }
        return header;
    }

    private static boolean isWithin(int value, int max) {
        return value >= 1 && value <= max;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    byte keyId() {
        return bytes[MAGIC.length + 1];
    }

    byte[] salt() {
        return Arrays.copyOfRange(bytes, 10, 10 + SALT_BYTES);
    }

    int memoryKib() {
        return ByteBuffer.wrap(bytes).getInt(26);
    }

    int passes() {
        return ByteBuffer.wrap(bytes).getInt(30);
    }

    int lanes() {
        return ByteBuffer.wrap(bytes).getInt(34);
    }
}
