package dev.sekisho.control.uapi;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Cuts a byte stream into lines ended by `\n`, without making an object per line. One owner thread.
///
/// After [#next] a line is `bytes()[start() .. end())`, valid until the next call. A line above the limit is
/// cut off and told by [#isTooLong]; its rest is skipped, so that the stream stays in step.
final class LineReader {
    private static final int BUFFER_BYTES = 8 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private int start;
    private int end;
    private boolean tooLong;

    LineReader(InputStream in) {
        this.in = in;
    }

    /// Reads one line. False at the end of the stream, where a last line without `\n` doesn't count.
    boolean next() throws IOException {
        tooLong = false;
        start = position;
        int scan = position;
        while (true) {
            while (scan < limit) {
                if (buffer[scan++] == '\n') {
                    end = scan - 1;
                    position = scan;
                    tooLong |= end - start > UapiLimits.MAX_LINE_BYTES;
                    return true;
                }
            }
            if (scan - start > UapiLimits.MAX_LINE_BYTES) {
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

    byte[] bytes() {
        return buffer;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    boolean isEmpty() {
        return start == end && !tooLong;
    }

    boolean isTooLong() {
        return tooLong;
    }

    boolean is(String ascii) {
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
    void wipeUsed() {
        Arrays.fill(buffer, 0, position, (byte) 0);
        Arrays.fill(buffer, limit, buffer.length, (byte) 0);
    }

    /// Overwrites everything, also what nobody has asked for. Ends the use of this reader.
    void wipe() {
        position = 0;
        limit = 0;
        start = 0;
        end = 0;
        Arrays.fill(buffer, (byte) 0);
    }
}
