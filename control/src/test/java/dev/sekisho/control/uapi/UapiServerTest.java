package dev.sekisho.control.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.dataplane.run.DeviceUpdate;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UapiServerTest {
    @TempDir
    Path temporary = Path.of("");

    private UapiSockets sockets = UapiSockets.SYSTEM;
    private final MemoryDevice device = new MemoryDevice("sktest0");

    @BeforeEach
    void useOwnDirectory() {
        sockets = new UapiSockets(temporary.resolve("run"));
    }

    @Test
    void directoryAndSocketAreForTheOwnerOnly() throws IOException {
        Files.createDirectory(
                sockets.directory(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try (UapiServer server = UapiServer.open(device, sockets)) {
            assertThat(server.isSocketInPlace()).isTrue();
            assertThat(permissions(sockets.directory())).isEqualTo("rwx------");
            assertThat(permissions(sockets.socket("sktest0"))).isEqualTo("rw-------");
        }
        assertThat(sockets.socket("sktest0")).doesNotExist();
    }

    @Test
    void servesManyConnectionsAndOperations() throws IOException {
        try (UapiServer server = UapiServer.open(device, sockets)) {
            device.configure(
                    new DeviceUpdate(Optional.empty(), OptionalInt.of(7), OptionalInt.empty(), false, List.of()));
            for (int i = 0; i < 3 * UapiLimits.MAX_CONNECTIONS; i++) {
                assertThat(sockets.status("sktest0").listenPort()).isEqualTo(7);
            }
            assertThat(sockets.interfaces()).containsExactly("sktest0");
            assertThat(server.isSocketInPlace()).isTrue();
        }
        assertThat(sockets.interfaces()).isEmpty();
    }

    @Test
    void moreClientsThanSlotsWaitForTheirTurn() throws IOException {
        try (UapiServer server = UapiServer.open(device, sockets)) {
            List<SocketChannel> idle = new ArrayList<>();
            for (int i = 0; i < UapiLimits.MAX_CONNECTIONS; i++) {
                idle.add(SocketChannel.open(UnixDomainSocketAddress.of(sockets.socket("sktest0"))));
            }
            try (SocketChannel late = SocketChannel.open(UnixDomainSocketAddress.of(sockets.socket("sktest0")))) {
                late.write(ByteBuffer.wrap("get=1\n\n".getBytes(StandardCharsets.US_ASCII)));
                for (SocketChannel one : idle) {
                    one.close();
                }
                ByteBuffer answer = ByteBuffer.allocate(9);
                while (answer.hasRemaining() && late.read(answer) >= 0) {
                    assertThat(server.isSocketInPlace()).isTrue();
                }
                assertThat(new String(answer.array(), StandardCharsets.US_ASCII))
                        .isEqualTo("errno=0\n\n");
            }
        }
    }

    @Test
    void liveSocketIsRefusedAndLeftAlone() throws IOException {
        try (UapiServer server = UapiServer.open(device, sockets)) {
            assertThatThrownBy(() -> UapiServer.open(device, sockets))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("already up");
            assertThat(server.isSocketInPlace()).isTrue();
            assertThat(sockets.interfaces()).containsExactly("sktest0");
        }
    }

    @Test
    void staleSocketIsReplaced() throws IOException {
        Files.createDirectories(sockets.directory());
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(sockets.socket("sktest0")));
        }
        assertThat(sockets.interfaces()).isEmpty();
        try (UapiServer server = UapiServer.open(device, sockets)) {
            assertThat(server.isSocketInPlace()).isTrue();
            assertThat(sockets.interfaces()).containsExactly("sktest0");
        }
    }

    @Test
    void fileInTheWayIsNotDeleted() throws IOException {
        Files.createDirectories(sockets.directory());
        Files.writeString(sockets.socket("sktest0"), "precious");
        assertThatThrownBy(() -> UapiServer.open(device, sockets)).hasMessageContaining("isn't a socket");
        assertThat(sockets.socket("sktest0")).hasContent("precious");
    }

    @Test
    void removalOfTheSocketIsNoticed() throws Exception {
        try (UapiServer server = UapiServer.open(device, sockets)) {
            CountDownLatch noticed = new CountDownLatch(1);
            Thread watch = Thread.ofPlatform().start(() -> {
                try {
                    server.awaitRemoval();
                    noticed.countDown();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Files.delete(sockets.socket("sktest0"));
            noticed.await();
            watch.join();
            assertThat(server.isSocketInPlace()).isFalse();
        }
    }

    @Test
    void closingLeavesASuccessorsSocketAlone() throws IOException {
        UapiServer first = UapiServer.open(device, sockets);
        Files.delete(sockets.socket("sktest0"));
        try (UapiServer second = UapiServer.open(device, sockets)) {
            first.close();
            assertThat(second.isSocketInPlace()).isTrue();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
