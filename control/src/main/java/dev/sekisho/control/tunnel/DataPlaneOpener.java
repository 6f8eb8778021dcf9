package dev.sekisho.control.tunnel;

import dev.sekisho.dataplane.run.DataPlane;
import dev.sekisho.dataplane.run.DataPlaneOptions;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.DeviceUpdate;
import dev.sekisho.tun.Platform;

/// Opens real data planes.
///
/// @param platform the operating system they run on
/// @param workers threads that move the packets of one device, 1..[DataPlaneOptions#MAX_WORKERS]
public record DataPlaneOpener(Platform platform, int workers) implements DeviceOpener {
    @Override
    public OpenDevice open(String interfaceName, int mtu) {
        DataPlaneOptions options =
                DataPlaneOptions.of(interfaceName).withMtu(mtu).withWorkers(workers);
        return new Opened(DataPlane.open(options, platform));
    }

    /// @param plane the running data plane
    private record Opened(DataPlane plane) implements OpenDevice {
        @Override
        public String interfaceName() {
            return plane.interfaceName();
        }

        @Override
        public void configure(DeviceUpdate update) {
            plane.configure(update);
        }

        @Override
        public DeviceStatus status() {
            return plane.status();
        }

        @Override
        public DataPlane.StopReason awaitStop() throws InterruptedException {
            return plane.awaitStop();
        }

        @Override
        public void close() {
            plane.close();
        }
    }
}
