package dev.sekisho.control.local;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// Takes connections for as long as the listener is open. One owner thread.
///
/// A connection that can't be taken, for example because the process has no file descriptor left, is no
/// reason to stop: the loop pauses and tries again. It takes a slot per connection; who serves the
/// connection gives it back.
///
/// @param name the listener's, for the log
/// @param listener where connections come from
/// @param slots one permit per connection that may be served at a time
/// @param server gets each connection and returns at once
/// @param pause how to wait between tries
record AcceptLoop(String name, Listener listener, Semaphore slots, Consumer<SocketChannel> server, Pause pause)
        implements Runnable {
    private static final System.Logger LOG = System.getLogger(AcceptLoop.class.getName());

    /// Short for somebody who waits for an answer, long for a processor.
    static final long PAUSE_MILLIS = 200;

    /// The way in.
    interface Listener {
        /// Waits for the next connection.
        ///
        /// @throws ClosedChannelException when there will be no other
        SocketChannel accept() throws IOException;
    }

    /// A wait.
    interface Pause {
        void await(long millis) throws InterruptedException;
    }

    @Override
    public void run() {
        boolean failing = false;
        try {
            while (true) {
                failing = !takeOne(failing);
                if (failing) {
                    pause.await(PAUSE_MILLIS);
                }
            }
        } catch (ClosedChannelException e) {
            LOG.log(Level.DEBUG, "{0} closed", name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether a connection could be taken. The first failure of a row is worth a warning, the others are
    /// not.
    private boolean takeOne(boolean wasFailing) throws ClosedChannelException {
        slots.acquireUninterruptibly();
        boolean taken = false;
        try {
            SocketChannel connection = listener.accept();
            taken = true;
            server.accept(connection);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            Level level = wasFailing ? Level.DEBUG : Level.WARNING;
            LOG.log(level, "{0} can''t take a connection, trying again: {1}", name, e.getMessage());
        } finally {
            if (!taken) {
                slots.release();
            }
        }
        return taken;
    }
}
