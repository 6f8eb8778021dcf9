package dev.sekisho.tun.linux;

import dev.sekisho.tun.Links;
import dev.sekisho.tun.Platform;
import dev.sekisho.tun.Poller;
import dev.sekisho.tun.TunDevice;
import dev.sekisho.tun.TunException;
import dev.sekisho.tun.UdpOptions;
import dev.sekisho.tun.UdpSocket;
import java.lang.foreign.Arena;

/// This machine's Linux, in the network namespace of this process. Thread-safe.
public final class LinuxPlatform implements Platform {
    private final LinuxLinks links = new LinuxLinks();

    /// Touches nothing yet.
    ///
    /// @throws TunException when this is not a 64-bit Linux
    public LinuxPlatform() {
        String system = System.getProperty("os.name");
        String architecture = System.getProperty("os.arch");
        if (!system.equals("Linux") || !(architecture.equals("amd64") || architecture.equals("aarch64"))) {
            throw new TunException(
                    "TUN devices need Linux on x86-64 or AArch64; this is " + system + " on " + architecture);
        }
    }

    @Override
    public TunDevice openTun(String name, int queues, int mtu) {
        return LinuxTun.open(new LinuxTun.Wanted(name, queues, mtu), links);
    }

    @Override
    public UdpSocket openUdp(UdpOptions options) {
        return UdpSetup.open(options);
    }

    @Override
    public Poller openPoller() {
        return new Epoll();
    }

    @Override
    public Links links() {
        return links;
    }

    @Override
    public Arena tables() {
        return new PageArena();
    }
}
