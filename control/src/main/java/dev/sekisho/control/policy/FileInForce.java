package dev.sekisho.control.policy;

import dev.sekisho.crypto.Wipe;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The text that is in force, to recognise one that was cut off: by a disk that was full, or a writer that
/// died. Such a text may well be YAML, with fewer denials than anybody meant. One owner thread. Holds
/// secrets; [#close] wipes them.
final class FileInForce implements AutoCloseable {
    private byte[] text = new byte[0];
    private @Nullable Object fileKey;

    /// What is in force from now on.
    ///
    /// @param next owned by this from now on
    /// @param key the file system's identity of the file
    void replace(byte[] next, @Nullable Object key) {
        Wipe.bytes(text);
        text = next;
        fileKey = key;
    }

    /// Whether the file was written over in place and seems not to have been written to its end: it is the
    /// beginning of the text in force, or no longer ends with a line. A file that was renamed into place
    /// was whole before it came.
    boolean seemsCutOff(byte[] next, @Nullable Object key) {
        if (text.length == 0 || !Objects.equals(key, fileKey)) {
            return false;
        }
        boolean isBeginning = next.length < text.length
                && Arrays.equals(next, 0, next.length, text, 0, next.length)
                && !isBlank(text, next.length);
        return isBeginning || (endsALine(text) && !endsALine(next));
    }

    private static boolean endsALine(byte[] bytes) {
        return bytes.length > 0 && bytes[bytes.length - 1] == '\n';
    }

    private static boolean isBlank(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] > ' ' || bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        Wipe.bytes(text);
    }
}
