package dev.sekisho.control.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.tunnel.Stop;
import dev.sekisho.control.uapi.MemoryDevice;
import dev.sekisho.control.uapi.UapiServer;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.dataplane.run.DataPlane.StopReason;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ForegroundTest {
    private static final String NAME = "sktest3";

    @TempDir
    Path directory = Path.of("");

    private final MemoryDevice device = new MemoryDevice(NAME);
    private final Stop stop = new Stop();

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void theReasonOfTheDeviceIsPassedOn(StopReason reason) throws Exception {
        device.stop(reason);
        assertThat(await()).isEqualTo(reason);
    }

    @Test
    void aSignalIsARequest() throws Exception {
        stop.request();
        assertThat(await()).isEqualTo(StopReason.CLOSED);
    }

    @Test
    void aRemovedSocketIsARequest() throws Exception {
        UapiSockets sockets = new UapiSockets(directory);
        try (UapiServer uapi = UapiServer.open(device, sockets)) {
            Files.delete(sockets.socket(NAME));
            assertThat(Foreground.await(device, uapi, stop)).isEqualTo(StopReason.CLOSED);
        }
    }

    @Test
    void onlyAFailureFailsTheCommand() {
        assertThatThrownBy(() -> Foreground.requireHealthy(NAME, StopReason.FAILED))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith(NAME + ": a packet thread failed");
        assertThatCode(() -> {
                    Foreground.requireHealthy(NAME, StopReason.CLOSED);
                    Foreground.requireHealthy(NAME, StopReason.DEVICE_REMOVED);
                })
                .doesNotThrowAnyException();
    }

    private StopReason await() throws Exception {
        try (UapiServer uapi = UapiServer.open(device, new UapiSockets(directory))) {
            return Foreground.await(device, uapi, stop);
        }
    }
}
