package dev.sekisho.tun;

/// Hears about one interface. Called on the watch's own thread, one call at a time; must not throw.
public interface LinkListener {
    /// The link went up or down or its MTU changed. May be told the same state twice.
    void changed(boolean up, int mtu);

    /// The interface is gone. Last call.
    void removed();
}
