/// The language that the data plane, the proxies and the control plane share.
module dev.sekisho.policy {
    requires static org.jspecify;

    exports dev.sekisho.policy;
}
