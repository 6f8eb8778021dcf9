package dev.sekisho.control.web;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/// Reads a body within limits of size and time, and as it is: nothing is unpacked.
final class RequestBody {
    /// Bytes of a body, where its route says nothing else.
    static final int MAX_BYTES = 1 << 20;

    private static final System.Logger LOG = System.getLogger(RequestBody.class.getName());

    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int CHUNK = 16 << 10;
    private static final String LIMIT = "sekisho.body.limit";

    /// What is longer than other bodies has a second more for so many bytes of it.
    private static final int SLOWEST_BYTES_PER_SECOND = 128 << 10;

    private RequestBody() {}

    /// Lets a body be longer, before it is read.
    static void allow(Context context, int maxBytes) {
        context.attribute(LIMIT, maxBytes);
    }

    private static int limit(Context context) {
        Integer allowed = context.attribute(LIMIT);
        return allowed == null ? MAX_BYTES : allowed;
    }

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
        int limit = limit(context);
        if (context.req().getContentLengthLong() > limit) {
            throw tooLong(context, limit);
        }
        Duration time = DEADLINE.plusSeconds((limit - MAX_BYTES) / SLOWEST_BYTES_PER_SECOND);
        long deadline = System.nanoTime() + time.toNanos();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = context.req().getInputStream();
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                whole.write(chunk, 0, count);
                if (whole.size() > limit) {
                    throw tooLong(context, limit);
                }
                if (System.nanoTime() > deadline) {
                    context.header("Connection", "close");
                    throw Problem.other(408, "slow", "the body did not come within " + time.toSeconds() + " s");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return whole.toByteArray();
    }

    private static Problem tooLong(Context context, int limit) {
        context.header("Connection", "close");
        drain(context, limit);
        return Problem.other(413, "too-large", "a body has " + limit + " bytes at most");
    }

    /// Takes what is still on its way and drops it, if it isn't much: who sends all of it before they look for an
    /// answer would see a broken connection instead. Who asked first whether to send it waits for the answer.
    private static void drain(Context context, int limit) {
        long most = 2L * limit;
        if (context.header("Expect") != null || context.req().getContentLengthLong() > most) {
            return;
        }
        long deadline = System.nanoTime() + DRAIN.toNanos();
        byte[] chunk = new byte[CHUNK];
        long dropped = 0;
        try {
            InputStream in = context.req().getInputStream();
            for (int count = in.read(chunk);
                    count >= 0 && dropped <= most && System.nanoTime() < deadline;
                    count = in.read(chunk)) {
                dropped += count;
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "whoever sent too long a body is gone: {0}", e.getMessage());
        }
    }
}
