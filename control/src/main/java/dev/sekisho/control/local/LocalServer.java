package dev.sekisho.control.local;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// A listener at a socket file. Accepts on a virtual thread, serves each connection on another.
/// Thread-safe.
///
/// The directory is made, or narrowed to, mode 0700 before the socket appears in it, the socket gets mode
/// 0600: the owner only at every moment. A socket that a dead process left is replaced, a live one is
/// refused.
public final class LocalServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LocalServer.class.getName());

    /// Bytes of a socket's path, less the terminating zero. Source: unix(7), `sun_path`.
    private static final int MAX_PATH_BYTES = 107;

    /// What is said on a connection.
    @FunctionalInterface
    public interface Conversation {
        /// Holds one conversation to its end; the connection is closed afterwards.
        ///
        /// @throws IOException when the client is gone
        void hold(SocketChannel connection) throws IOException;
    }

    private final Path socket;
    private final Conversation conversation;
    private final ServerSocketChannel listener;
    private final @Nullable Object fileKey;
    private final Semaphore slots;
    private final AcceptLoop acceptLoop;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

    private LocalServer(Path socket, int maxConnections, Conversation conversation, ServerSocketChannel listener)
            throws IOException {
        this.socket = socket;
        this.conversation = conversation;
        this.listener = listener;
        this.fileKey = fileKey(socket);
        this.slots = new Semaphore(maxConnections);
        this.acceptLoop = new AcceptLoop(socket.toString(), listener::accept, slots, this::start, Thread::sleep);
    }

    /// Starts to serve.
    ///
    /// @param socket the file
    /// @param maxConnections served at the same time; further ones wait in the kernel's queue
    /// @throws IOException when the socket can't be made or another process serves it
    public static LocalServer open(Path socket, int maxConnections, Conversation conversation) throws IOException {
        claimDirectory(Objects.requireNonNull(socket.getParent()));
        // Appears under its name only when it listens: wg takes a socket that refuses it for a stale one and
        // removes it.
        Path unready = socket.resolveSibling(
                "." + socket.getFileName() + "-" + ProcessHandle.current().pid());
        if (unready.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new IOException(socket + " is too long for the path of a socket");
        }
        removeStale(socket);
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Files.deleteIfExists(unready); // of a process that had our number and was killed
            listener.bind(UnixDomainSocketAddress.of(unready));
            Files.setPosixFilePermissions(unready, PosixFilePermissions.fromString("rw-------"));
            Files.move(unready, socket, StandardCopyOption.ATOMIC_MOVE);
            LocalServer server = new LocalServer(socket, maxConnections, conversation, listener);
            Thread.ofVirtual().name("local-accept").start(server.acceptLoop);
            return server;
        } catch (BindException e) {
            listener.close();
            throw new IOException(socket + " can't be made: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            listener.close();
            Files.deleteIfExists(unready);
            throw e;
        }
    }

    /// Whether the socket file is still the one that this server made. Removing it is a request to stop.
    public boolean isSocketInPlace() {
        Object present = fileKey(socket);
        return present != null && present.equals(fileKey);
    }

    /// Waits until the socket file is gone.
    public void awaitRemoval() throws InterruptedException {
        Path directory = Objects.requireNonNull(socket.getParent());
        try (WatchService changes = directory.getFileSystem().newWatchService()) {
            directory.register(changes, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_CREATE);
            while (isSocketInPlace()) {
                WatchKey key = changes.take();
                key.pollEvents();
                if (!key.reset()) {
                    return;
                }
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} can''t be watched; only a signal ends this process now", socket);
            new CountDownLatch(1).await();
        }
    }

    /// Ends all connections and removes the socket, unless another process has put its own there.
    @Override
    public void close() {
        try {
            if (isSocketInPlace()) {
                Files.deleteIfExists(socket);
            }
            listener.close();
            for (SocketChannel connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} can''t be removed: {1}", socket, e.getMessage());
        }
    }

    private static void claimDirectory(Path directory) throws IOException {
        var ownerOnly = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
        if (!Files.getPosixFilePermissions(directory).equals(ownerOnly)) {
            Files.setPosixFilePermissions(directory, ownerOnly);
        }
    }

    private static void removeStale(Path socket) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException(socket + " is in the way and isn't a socket");
        }
        if (isLive(socket)) {
            throw new IOException(socket + " is served by another process: the interface is already up");
        }
        Files.delete(socket);
    }

    private static @Nullable Object fileKey(Path socket) {
        try {
            return Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    private void start(SocketChannel connection) {
        connections.add(connection);
        Thread.ofVirtual().name("local").start(() -> serve(connection));
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            conversation.hold(connection);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a client of {0} left in the middle: {1}", socket, e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a conversation on " + socket + " failed", e);
        } finally {
            connections.remove(connection);
            slots.release();
        }
    }

    /// Whether a process listens on this socket.
    public static boolean isLive(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (ConnectException e) {
            return false;
        } catch (SocketException e) {
            // Of a file that isn't there the JDK says so in words only.
            if (Files.notExists(socket, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            throw e;
        }
    }
}
