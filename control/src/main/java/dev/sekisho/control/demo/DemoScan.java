package dev.sekisho.control.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// A port scan as any scanner starts it: a connection to each of many ports, without waiting for answers.
final class DemoScan {
    private static final int FIRST_PORT = 1_000;

    private DemoScan() {}

    /// Knocks at `count` ports of the address that nobody has a grant for.
    ///
    /// @return how many it knocked at
    static int run(int count) throws IOException {
        List<SocketChannel> knocks = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                SocketChannel knock = SocketChannel.open();
                knocks.add(knock);
                knock.configureBlocking(false);
                knock.connect(new InetSocketAddress(DemoNetwork.FORBIDDEN, FIRST_PORT + i));
            }
            return knocks.size();
        } finally {
            for (SocketChannel knock : knocks) {
                knock.close();
            }
        }
    }
}
