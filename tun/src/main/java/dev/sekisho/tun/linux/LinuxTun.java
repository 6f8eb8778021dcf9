package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.sekisho.tun.TunDevice;
import dev.sekisho.tun.TunException;
import dev.sekisho.tun.TunOffload;
import dev.sekisho.tun.TunQueue;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// A TUN interface of `/dev/net/tun`. It is new and goes away when the last queue closes, also when the
/// process dies. Thread-safe; each queue belongs to one thread.
///
/// Source: Linux `Documentation/networking/tuntap.rst`, `include/uapi/linux/if_tun.h`.
final class LinuxTun implements TunDevice {
    private static final System.Logger LOG = System.getLogger("dev.sekisho.tun");
    private static final String CLONE_DEVICE = "/dev/net/tun";

    private static final int RDWR_NONBLOCK_CLOEXEC = 0x2 | 0x800 | 0x80000;
    private static final long TUNGETFEATURES = 0x800454cfL;
    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNGETIFF = 0x800454d2L;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final long TUNSETVNETHDRSZ = 0x400454d8L;

    private static final int IFF_TUN = 0x1;
    static final int IFF_MULTI_QUEUE = 0x100;
    private static final int IFF_NO_PI = 0x1000;
    static final int IFF_VNET_HDR = 0x4000;

    /// Refuses a name that exists instead of joining another process's device.
    private static final int IFF_TUN_EXCL = 0x8000;

    static final int F_CSUM = 0x1;
    static final int F_TSO = 0x2 | 0x4;
    private static final int F_USO = 0x20 | 0x40;

    /// From best to least; the kernel takes USO only for both families at once (Linux 6.2).
    private static final int[] OFFLOADS = {F_CSUM | F_TSO | F_USO, F_CSUM | F_TSO, F_CSUM, 0};

    private static final int IFREQ_BYTES = 40;
    private static final int IFREQ_FLAGS = 16;

    private final String name;
    private final int interfaceIndex;
    private final TunOffload offload;
    private final List<LinuxTunQueue> queues;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LinuxTun(String name, int interfaceIndex, TunOffload offload, List<LinuxTunQueue> queues) {
        this.name = name;
        this.interfaceIndex = interfaceIndex;
        this.offload = offload;
        this.queues = List.copyOf(queues);
    }

    /// What to open.
    ///
    /// @param name wanted name
    /// @param queues wanted number of queues
    /// @param mtu largest packet in bytes
    /// @param features which features of the kernel to use, as a mask of `IFF_` bits
    /// @param offloads which offloads to ask for, as a mask of `TUN_F_` bits
    record Wanted(String name, int queues, int mtu, int features, int offloads) {
        Wanted(String name, int queues, int mtu) {
            this(name, queues, mtu, -1, -1);
        }

        Wanted {
            InterfaceName.check(name);
            if (queues < 1) {
                throw new IllegalArgumentException("a device needs at least one queue");
            }
        }
    }

    /// Opens a new device.
    ///
    /// @throws TunException when the name cannot be had or the process may not make devices
    static LinuxTun open(Wanted wanted, LinuxLinks links) {
        List<Integer> descriptors = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            return open(wanted, links, new Opening(arena, descriptors));
        } catch (RuntimeException e) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment capture = Libc.capture(arena);
                descriptors.forEach(fd -> Libc.close(capture, fd));
            }
            throw e;
        }
    }

    private static LinuxTun open(Wanted wanted, LinuxLinks links, Opening opening) {
        String name = wanted.name();
        int first = opening.descriptor();
        int features = opening.features(first) & wanted.features();
        boolean vnetHeader = (features & IFF_VNET_HDR) != 0;
        if (!vnetHeader) {
            LOG.log(Level.INFO, "this kernel's TUN has no virtio header: no segmentation offload for " + name);
        }
        int count = wanted.queues();
        if (count > 1 && (features & IFF_MULTI_QUEUE) == 0) {
            LOG.log(Level.INFO, "this kernel's TUN has one queue only: " + name + " gets 1 instead of " + count);
            count = 1;
        }
        int flags = IFF_TUN | IFF_NO_PI | (vnetHeader ? IFF_VNET_HDR : 0) | (count > 1 ? IFF_MULTI_QUEUE : 0);
        String given = opening.attach(first, name, flags | IFF_TUN_EXCL);
        for (int i = 1; i < count; i++) {
            opening.attach(opening.descriptor(), given, flags);
        }
        TunOffload offload = vnetHeader
                ? opening.offload(first, given, wanted.offloads())
                : new TunOffload(false, false, false, false);
        int index = links.index(given);
        links.mtu(index, wanted.mtu());
        List<LinuxTunQueue> made = new ArrayList<>();
        opening.descriptors.forEach(fd -> made.add(new LinuxTunQueue(fd, vnetHeader)));
        return new LinuxTun(given, index, offload, made);
    }

    /// The steps of opening one device, with its scratch memory. `descriptors` is what to close when a step
    /// fails.
    private record Opening(Arena arena, List<Integer> descriptors) {
        int descriptor() {
            long path = arena.allocateFrom(CLONE_DEVICE).address();
            int fd = Libc.open(Libc.capture(arena), path, RDWR_NONBLOCK_CLOEXEC);
            if (fd < 0) {
                throw new TunException(openRefused(-fd));
            }
            descriptors.add(fd);
            return fd;
        }

        int features(int fd) {
            MemorySegment features = arena.allocate(JAVA_INT);
            int result = Libc.ioctl(Libc.capture(arena), fd, TUNGETFEATURES, features.address());
            return result < 0 ? 0 : features.get(JAVA_INT, 0);
        }

        /// @return the name the kernel gave
        String attach(int fd, String name, int flags) {
            MemorySegment request = arena.allocate(IFREQ_BYTES, 8);
            MemorySegment.copy(
                    MemorySegment.ofArray(name.getBytes(StandardCharsets.US_ASCII)), 0, request, 0, name.length());
            request.set(JAVA_SHORT, IFREQ_FLAGS, (short) flags);
            int result = Libc.ioctl(Libc.capture(arena), fd, TUNSETIFF, request.address());
            if (result < 0) {
                throw new TunException(attachRefused(name, -result));
            }
            return request.getString(0, StandardCharsets.US_ASCII);
        }

        TunOffload offload(int fd, String name, int allowed) {
            MemorySegment size = arena.allocateFrom(JAVA_INT, TunQueue.HEADER_BYTES);
            int sized = Libc.ioctl(Libc.capture(arena), fd, TUNSETVNETHDRSZ, size.address());
            if (sized < 0) {
                throw new TunException("cannot set the header size of " + name + ": " + Errno.name(-sized));
            }
            for (int wanted : OFFLOADS) {
                boolean allow = (wanted & ~allowed) == 0;
                if (allow && Libc.ioctl(Libc.capture(arena), fd, TUNSETOFFLOAD, wanted) >= 0) {
                    return accepted(name, wanted);
                }
            }
            throw new TunException("the kernel refuses to switch segmentation offload of " + name + " off");
        }
    }

    private static TunOffload accepted(String name, int offload) {
        boolean checksum = (offload & F_CSUM) != 0;
        boolean tcp = (offload & F_TSO) != 0;
        boolean udp = (offload & F_USO) != 0;
        if (!udp) {
            String missing = tcp ? "UDP segmentation" : checksum ? "segmentation" : "segmentation and checksum";
            LOG.log(Level.INFO, "this kernel's TUN has no " + missing + " offload: " + name + " does without");
        }
        return new TunOffload(true, checksum, tcp, udp);
    }

    static String openRefused(int errno) {
        return switch (errno) {
            case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
                "there is no " + CLONE_DEVICE + ": load the kernel's tun module (modprobe tun), or give the container"
                        + " the device (--device " + CLONE_DEVICE + ")";
            case Errno.EPERM, Errno.EACCES -> "no permission to open " + CLONE_DEVICE + ": run as root";
            default -> "cannot open " + CLONE_DEVICE + ": " + Errno.name(errno);
        };
    }

    static String attachRefused(String name, int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES ->
                "no permission to create interface " + name + ": run as root, or with the capability CAP_NET_ADMIN";
            case Errno.EBUSY, Errno.EEXIST ->
                "interface name " + name + " is in use: choose another, or remove the interface (ip link delete " + name
                        + ")";
            default -> "cannot create interface " + name + ": " + Errno.name(errno);
        };
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int interfaceIndex() {
        return interfaceIndex;
    }

    @Override
    public int queueCount() {
        return queues.size();
    }

    @Override
    public TunQueue queue(int index) {
        return queues.get(index);
    }

    @Override
    public TunOffload offload() {
        return offload;
    }

    @Override
    public boolean isGone() {
        return closed.get() || isDetached(queues.getFirst().fd());
    }

    /// Whether the device behind an open descriptor was removed.
    static boolean isDetached(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ_BYTES, 8);
            return Libc.ioctl(Libc.capture(arena), fd, TUNGETIFF, request.address()) < 0;
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment capture = Libc.capture(arena);
                queues.forEach(queue -> Libc.close(capture, queue.fd()));
            }
        }
    }
}
