package dev.sekisho.control.tunnel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.OptionalInt;

/// What a tunnel changes on, or asks of, the host beside links and routes. One implementation talks to Linux
/// ([LinuxHost]), the tests have their own.
public interface HostSettings {
    /// Runs a line of shell from the file; its output goes where ours goes.
    ///
    /// @throws TunnelException when it fails
    void runHook(String line);

    /// Registers name servers for an interface.
    ///
    /// @return false when the host has no way to do it
    /// @throws TunnelException when the host's way fails
    boolean setDns(String interfaceName, List<InetAddress> servers, List<String> searchDomains);

    /// Takes back [#setDns].
    void unsetDns(String interfaceName);

    /// Lets the reverse path filter look at marks, so that replies to marked datagrams pass. Left as it is at the end,
    /// like by wg-quick: other tunnels may need it.
    void acceptMarkedReplies();

    /// Lets packets come in by an interface although the way back to their IPv4 source leads through another one. The
    /// setting goes away with the interface.
    ///
    /// @throws TunnelException when the host would drop such packets and that can't be changed
    void acceptAsymmetricSources(String interfaceName);

    /// Largest packet in bytes on the way to an address, empty when there is no way or nobody knows.
    OptionalInt pathMtu(InetAddress destination);

    /// The preferred address of a name.
    ///
    /// @throws UnknownHostException when it has none or nobody could be asked; its message says which
    InetAddress resolve(String name) throws UnknownHostException;

    /// Waits before another try.
    ///
    /// @return false when there is to be no other try, since the tunnel is asked to stop
    boolean pause(long millis);
}
