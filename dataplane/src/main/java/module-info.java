/// The WireGuard data plane: a sans-IO engine and the threads that drive it. Enter through `dataplane.run`.
module dev.sekisho.dataplane {
    requires transitive dev.sekisho.crypto;
    requires transitive dev.sekisho.policy;
    requires transitive dev.sekisho.tun;
    requires static jdk.incubator.vector;
    requires static org.jspecify;

    exports dev.sekisho.dataplane;
    exports dev.sekisho.dataplane.engine;
    exports dev.sekisho.dataplane.flow;
    exports dev.sekisho.dataplane.noise;
    exports dev.sekisho.dataplane.offload;
    exports dev.sekisho.dataplane.peer;
    exports dev.sekisho.dataplane.run;
    exports dev.sekisho.dataplane.time;
    exports dev.sekisho.dataplane.wire;
}
