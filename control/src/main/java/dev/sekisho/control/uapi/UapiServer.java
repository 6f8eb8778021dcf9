package dev.sekisho.control.uapi;

import dev.sekisho.dataplane.run.Device;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
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

/// The configuration socket of one interface. Accepts on a virtual thread, serves each connection on
/// another.
///
/// The directory is made, or narrowed to, mode 0700 before the socket appears in it, the socket gets mode
/// 0600: root only at every moment. A socket that a dead process left is replaced, a live one is refused.
public final class UapiServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(UapiServer.class.getName());

    private final Device device;
    private final Path socket;
    private final ServerSocketChannel listener;
    private final @Nullable Object fileKey;
    private final Semaphore slots = new Semaphore(UapiLimits.MAX_CONNECTIONS);
    private final AcceptLoop acceptLoop;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

    private UapiServer(Device device, Path socket, ServerSocketChannel listener) throws IOException {
        this.device = device;
        this.socket = socket;
        this.listener = listener;
        this.fileKey = fileKey(socket);
        this.acceptLoop = new AcceptLoop(socket.toString(), listener::accept, slots, this::start, Thread::sleep);
    }

    /// Starts to serve `device` under its interface name.
    ///
    /// @throws IOException with a sentence when the socket is in use or can't be made
    public static UapiServer open(Device device, UapiSockets sockets) throws IOException {
        claimDirectory(sockets.directory());
        Path socket = sockets.socket(device.interfaceName());
        removeStale(socket);
        // Appears under its name only when it listens: wg takes a socket that refuses it for a stale one and removes
        // it.
        Path unready = socket.resolveSibling(
                "." + socket.getFileName() + "-" + ProcessHandle.current().pid());
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(unready));
            Files.setPosixFilePermissions(unready, PosixFilePermissions.fromString("rw-------"));
            Files.move(unready, socket, StandardCopyOption.ATOMIC_MOVE);
            UapiServer server = new UapiServer(device, socket, listener);
            Thread.ofVirtual().name("uapi-accept").start(server.acceptLoop);
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
        if (UapiSockets.isLive(socket)) {
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
        Thread.ofVirtual().name("uapi").start(() -> serve(connection));
    }

    private void serve(SocketChannel connection) {
        try (connection;
                InputStream in = Channels.newInputStream(connection);
                OutputStream out = Channels.newOutputStream(connection)) {
            new UapiConversation(device, in, out).run();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a client of {0} left in the middle: {1}", socket, e.getMessage());
        } finally {
            connections.remove(connection);
            slots.release();
        }
    }
}
