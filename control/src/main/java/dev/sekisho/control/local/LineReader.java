package dev.sekisho.control.local;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Cuts a byte stream into lines ended by `\n`, without making an object per line. One owner thread.
///
/// After [#next] a line is `bytes()[start() .. end())`, valid until the next call. A line above the limit
/// is cut off and told by [#isTooLong]; its rest is skipped, so that the stream stays in step.
public final class LineReader {
    private static final int MIN_BUFFER_BYTES = 8 * 1024;

    private final InputStream in;
    private final int maxLineBytes;
    private final byte[] buffer;
    private int position;
    private int limit;
    private int start;
    private int end;
    private boolean tooLong;

    /// @param maxLineBytes longest line without its end
    public LineReader(InputStream in, int maxLineBytes) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
        this.buffer = new byte[Math.max(MIN_BUFFER_BYTES, 2 * maxLineBytes)];
    }

    /// Reads one line. False at the end of the stream, where a last line without `\n` doesn't count.
    public boolean next() throws IOException {
        tooLong = false;
        start = position;
        int scan = position;
        while (true) {
            while (scan < limit) {
                if (buffer[scan++] == '\n') {
                    end = scan - 1;
                    position = scan;
                    tooLong |= end - start > maxLineBytes;
                    return true;
                }
            }
            if (scan - start > maxLineBytes) {
                tooLong = true;
                scan = start;
                limit = start;
            }
            if (limit == buffer.length) {
                int kept = limit - start;
                System.arraycopy(buffer, start, buffer, 0, kept);
                start = 0;
                scan = kept;
                limit = kept;
            }
            int count = in.read(buffer, limit, buffer.length - limit);
            if (count < 0) {
                position = limit;
                return false;
            }
            limit += count;
        }
    }

    /// Where the line is; not a copy.
    public byte[] bytes() {
        return buffer;
    }

    /// First byte of the line.
    public int start() {
        return start;
    }

    /// Behind the last byte of the line.
    public int end() {
        return end;
    }

    /// Whether the line has no bytes.
    public boolean isEmpty() {
        return start == end && !tooLong;
    }

    /// Whether the line was longer than allowed and its rest skipped.
    public boolean isTooLong() {
        return tooLong;
    }

    /// Whether the line says just this.
    public boolean is(String ascii) {
        int length = ascii.length();
        if (tooLong || end - start != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (buffer[start + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Overwrites what was used, also where lines were before they moved to the front: they may have held
    /// keys.
    public void wipeUsed() {
        Arrays.fill(buffer, 0, position, (byte) 0);
        Arrays.fill(buffer, limit, buffer.length, (byte) 0);
    }

    /// Overwrites everything, also what nobody has asked for. Ends the use of this reader.
    public void wipe() {
        position = 0;
        limit = 0;
        start = 0;
        end = 0;
        Arrays.fill(buffer, (byte) 0);
    }
}
