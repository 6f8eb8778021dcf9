package dev.sekisho.control.web;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/// Reads a body within limits of size and time, and as it is: nothing is unpacked.
final class RequestBody {
    /// Bytes of a body.
    static final int MAX_BYTES = 1 << 20;

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int CHUNK = 16 << 10;

    private RequestBody() {}

    /// The whole body. Read once; kept with the request.
    ///
    /// @throws Problem 413 when it is too long, 408 when it comes too slowly, 415 when it is compressed
    static byte[] of(Context context) {
        byte[] known = context.attribute("sekisho.body");
        if (known == null) {
            known = read(context);
            context.attribute("sekisho.body", known);
        }
        return known;
    }

    private static byte[] read(Context context) {
        String encoding = context.header("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw Problem.other(415, "encoded", "send the body as it is, without Content-Encoding");
        }
        if (context.req().getContentLengthLong() > MAX_BYTES) {
            throw tooLong(context);
        }
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = context.req().getInputStream();
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                whole.write(chunk, 0, count);
                if (whole.size() > MAX_BYTES) {
                    throw tooLong(context);
                }
                if (System.nanoTime() > deadline) {
                    context.header("Connection", "close");
                    throw Problem.other(408, "slow", "the body did not come within " + DEADLINE.toSeconds() + " s");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return whole.toByteArray();
    }

    private static Problem tooLong(Context context) {
        context.header("Connection", "close");
        return Problem.other(413, "too-large", "a body has " + MAX_BYTES + " bytes at most");
    }
}
