/// The language that the data plane, the proxies and the control plane share.
module dev.sekisho.policy {
    requires static transitive org.jspecify;

    exports dev.sekisho.policy;
    exports dev.sekisho.policy.compile;
}
