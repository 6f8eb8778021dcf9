package dev.sekisho.control.uapi;

import dev.sekisho.control.local.LineReader;
import dev.sekisho.dataplane.run.ConfigurationException;
import dev.sekisho.dataplane.run.Device;
import dev.sekisho.dataplane.run.DeviceStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;

/// One client's operations on one device, over byte streams of any kind. One owner thread.
///
/// A failed operation is read to its end and answered with its error number; the next one starts afresh.
/// Input that is no operation at all is answered once and ends the conversation.
public final class UapiConversation {
    private static final System.Logger LOG = System.getLogger(UapiConversation.class.getName());

    private final Device device;
    private final LineReader in;
    private final StatusEncoder out;

    public UapiConversation(Device device, InputStream in, OutputStream out) {
        this.device = device;
        this.in = new LineReader(in, UapiLimits.MAX_LINE_BYTES);
        this.out = new StatusEncoder(out);
    }

    /// Serves until the client has closed its side.
    ///
    /// @throws IOException when the streams fail
    public void run() throws IOException {
        try {
            boolean inStep = true;
            while (inStep && in.next()) {
                inStep = operation();
                in.wipeUsed();
            }
        } finally {
            in.wipe();
            out.wipe();
        }
    }

    /// Whether the stream is still in step afterwards.
    private boolean operation() throws IOException {
        if (in.is("get=1")) {
            return get();
        }
        if (in.is("set=1")) {
            return set();
        }
        LOG.log(Level.DEBUG, "{0}: not an operation of the configuration protocol", device.interfaceName());
        out.end(Errno.PROTOCOL);
        return false;
    }

    private boolean get() throws IOException {
        if (!in.next()) {
            return false;
        }
        if (!in.isEmpty()) {
            boolean ended = skipOperation();
            out.end(Errno.INVALID);
            return ended;
        }
        Errno errno = Errno.OK;
        try {
            DeviceStatus status = device.status();
            try {
                out.status(status);
            } finally {
                UapiSockets.wipe(status);
            }
        } catch (RuntimeException e) {
            errno = failure(e);
        }
        out.end(errno);
        return true;
    }

    private boolean set() throws IOException {
        try (SetDecoder decoder = new SetDecoder()) {
            Errno errno = Errno.OK;
            boolean ended = false;
            while (errno == Errno.OK && !ended) {
                if (!in.next()) {
                    return false;
                }
                ended = in.isEmpty();
                errno = ended ? apply(decoder) : line(decoder);
            }
            if (!ended && !skipOperation()) {
                return false;
            }
            out.end(errno);
            return true;
        }
    }

    private Errno line(SetDecoder decoder) {
        try {
            if (in.isTooLong()) {
                throw new UapiException(Errno.INVALID, "a line above " + UapiLimits.MAX_LINE_BYTES + " bytes");
            }
            decoder.line(in.bytes(), in.start(), in.end());
            return Errno.OK;
        } catch (RuntimeException e) {
            return failure(e);
        }
    }

    private Errno apply(SetDecoder decoder) {
        try {
            device.configure(decoder.finish());
            return Errno.OK;
        } catch (RuntimeException e) {
            return failure(e);
        }
    }

    /// Reads on to the empty line that ends an operation. False when the stream ends before it.
    private boolean skipOperation() throws IOException {
        while (in.next()) {
            if (in.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private Errno failure(RuntimeException e) {
        LOG.log(Level.WARNING, "{0}: configuration refused: {1}", device.interfaceName(), e.getMessage());
        return switch (e) {
            case UapiException protocol -> protocol.errno();
            case ConfigurationException refused ->
                switch (refused.reason()) {
                    case INVALID -> Errno.INVALID;
                    case PORT_IN_USE -> Errno.ADDRESS_IN_USE;
                    case REFUSED -> Errno.IO;
                    case TOO_MANY -> Errno.TOO_BIG;
                };
            default -> {
                LOG.log(Level.ERROR, "configuration failed", e);
                yield Errno.UNKNOWN;
            }
        };
    }
}
