/// A tunnel described by a `wg-quick` style file: reading the file, bringing the interface up around a data plane,
/// and putting everything back afterwards.
///
/// Files become immutable records ([dev.sekisho.control.tunnel.TunnelConf]); [dev.sekisho.control.tunnel.TunnelSession]
/// owns what a running tunnel has changed on the host and belongs to one thread. Addresses, routes and rules go through
/// `dev.sekisho.tun.Links`; only the file's own hooks and `resolvconf` are processes.
/// Source: wg(8) "Configuration file format", wg-quick(8).
@NullMarked
package dev.sekisho.control.tunnel;

import org.jspecify.annotations.NullMarked;
