/// Linux adapters of the ports in `dev.sekisho.tun`: TUN devices, UDP sockets, epoll and netlink, by foreign
/// function calls into the C library. The only package of the project that calls restricted methods; `Libc`
/// holds them all.
///
/// Enter through [LinuxPlatform]. Native memory that a batch needs hangs on that
/// batch, so nothing here is shared between threads but file descriptors and counters.
///
/// Source: Linux man pages tun(4), udp(7), ipv6(7), cmsg(3), epoll(7), rtnetlink(7); `include/uapi/linux` for
/// numbers.
@NullMarked
package dev.sekisho.tun.linux;

import org.jspecify.annotations.NullMarked;
