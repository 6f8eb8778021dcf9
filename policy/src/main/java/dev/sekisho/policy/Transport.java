package dev.sekisho.policy;

/// Which transport protocols a resource opens. ICMP echo is not among them: it goes by port 0, see [PortSet].
public enum Transport {
    TCP,
    UDP,
    BOTH
}
