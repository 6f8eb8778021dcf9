/// Ports to the operating system, batch-shaped: TUN devices, UDP sockets, links. The only room with native
/// access.
@SuppressWarnings("module") // what may use raw memory is built after this
module dev.sekisho.tun {
    requires static transitive org.jspecify;

    exports dev.sekisho.tun;
    exports dev.sekisho.tun.linux;
    exports dev.sekisho.tun.memory;
    exports dev.sekisho.tun.raw to
            dev.sekisho.dataplane;
}
