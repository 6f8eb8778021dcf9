package dev.sekisho.control.web;

import io.javalin.http.Context;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/// The body of an [Answer] that is made while it is sent, so that it may be of any length. It is made no faster than
/// its reader takes it. Only for routes that answer with [Route.Shape.Raw].
///
/// @param content makes it
public record Streamed(Content content) {
    private static final System.Logger LOG = System.getLogger(Streamed.class.getName());
    private static final int BUFFER_BYTES = 32 << 10;

    /// Makes a body.
    @FunctionalInterface
    public interface Content {
        /// Writes it; does not close the stream.
        ///
        /// @throws IOException when its reader is gone
        void write(OutputStream out) throws IOException;
    }

    /// A reader can tell a body that broke off from a whole one: the connection ends in its middle.
    void send(Answer answer, Context context) {
        context.status(answer.status());
        answer.headers().forEach(context::header);
        try {
            OutputStream out = new BufferedOutputStream(context.outputStream(), BUFFER_BYTES);
            content.write(out);
            out.flush();
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.DEBUG, "a client went away: {0}", e.getMessage());
            cut(context);
        } catch (RuntimeException e) {
            if (!context.res().isCommitted()) {
                throw e;
            }
            LOG.log(Level.ERROR, "an answer broke off", e);
            cut(context);
        }
    }

    private static void cut(Context context) {
        ServletContextRequest.getServletContextRequest(context.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
    }
}
