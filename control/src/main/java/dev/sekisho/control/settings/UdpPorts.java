package dev.sekisho.control.settings;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;

/// Which UDP ports of this host can be listened on: a port, asked before a setting is taken that nothing could come of.
/// Thread-safe.
@FunctionalInterface
public interface UdpPorts {
    /// Whether a new listener could have the port now.
    boolean isFree(int port);

    /// For a host that listens on none.
    static UdpPorts unused() {
        return _ -> true;
    }

    /// Those of this host: tried out, and let go again at once.
    static UdpPorts ofThisHost() {
        return port -> {
            try (DatagramSocket socket = new DatagramSocket(null)) {
                socket.setReuseAddress(false);
                socket.bind(new InetSocketAddress(port));
                return true;
            } catch (BindException e) {
                return false;
            } catch (IOException e) {
                // Without an answer the setting is taken; if the port can't be had, the network's status says so.
                return true;
            }
        };
    }
}
