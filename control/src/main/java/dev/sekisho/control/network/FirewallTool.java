package dev.sekisho.control.network;

/// The program that puts the rules in place.
public enum FirewallTool {
    /// `nft`, with a table of our own that is replaced as a whole.
    NFTABLES,
    /// `iptables` and `ip6tables`, with chains of our own: for hosts whose other rules are made with them, Docker's for
    /// example.
    IPTABLES
}
