package dev.sekisho.control.server;

import java.util.List;

/// The features of the server, one class for each area. The order is that of dependence: what comes later may use what
/// came before.
final class ServerFeatures {
    private ServerFeatures() {}

    static Features wire(Core core) {
        Features features = new Features();
        Background background = new Background(core.timer());
        server(core, features);
        Vaults vaults = SafetyWiring.wire(core, features, background);
        PostWiring post = PostWiring.wire(core, features, background, vaults);
        IdentityWiring identity = IdentityWiring.wire(core, features, background, vaults, post);
        NetworkWiring network = new NetworkWiring(core, features, vaults);
        NetworkChallenges challenges =
                ChallengeWiring.wire(core, features, background, vaults, post, identity, network);
        network.wire(background, post, identity, challenges);
        return features;
    }

    private static void server(Core core, Features features) {
        features.routes(new StatusApi(core.clock().instant(), features.health(), features.counts()).routes());
        features.routes(new LicenceApi().routes());
        features.routes(List.of(core.events().route()));
        features.health("certificate", core.certificates()::concern);
        features.count("listeners", core.events()::listeners);
    }
}
