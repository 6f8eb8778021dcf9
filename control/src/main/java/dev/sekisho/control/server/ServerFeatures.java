package dev.sekisho.control.server;

import java.util.List;

/// The features of the server, one method for each area. The order is that of dependence: what comes later may use what
/// came before.
final class ServerFeatures {
    private ServerFeatures() {}

    static Features wire(Core core) {
        Features features = new Features();
        server(core, features);
        return features;
    }

    private static void server(Core core, Features features) {
        features.routes(new StatusApi(core.clock().instant(), features.health(), features.counts()).routes());
        features.routes(List.of(core.events().route()));
        features.health("certificate", core.certificates()::concern);
        features.count("listeners", core.events()::listeners);
    }
}
