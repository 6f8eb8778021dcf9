package dev.sekisho.control.server;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;

/// The features of the server, one class for each area. The order is that of dependence: what comes later may use what
/// came before.
final class ServerFeatures {
    private static final System.Logger LOG = System.getLogger(ServerFeatures.class.getName());

    private static final Duration PLACES_PACE = Duration.ofMinutes(1);

    private ServerFeatures() {}

    static Features wire(Core core) {
        Features features = new Features();
        Background background = new Background(core.timer());
        NodeWiring nodes = NodeWiring.wire(core, features, background);
        server(core, features, nodes);
        Vaults vaults = SafetyWiring.wire(core, features, background);
        PostWiring post = PostWiring.wire(core, features, background, vaults);
        places(core, features, background, post);
        IdentityWiring identity = IdentityWiring.wire(core, features, background, vaults, post);
        NetworkWiring network = new NetworkWiring(core, features, vaults);
        NetworkChallenges challenges =
                ChallengeWiring.wire(core, features, background, vaults, post, identity, network);
        network.wire(background, post, identity, challenges);
        CountWiring.wire(core, features, identity, network);
        NewsWiring.wire(core, features, background, post, network);
        features.start(() -> alarm(features));
        return features;
    }

    /// What is wrong from the start, such as an audit log that was put back, is in the log, too.
    private static void alarm(Features features) {
        features.health()
                .forEach((name, check) ->
                        check.get().ifPresent(concern -> LOG.log(Level.ERROR, "{0} is not well: {1}", name, concern)));
    }

    /// Whoever keeps the database new need not tell.
    private static void places(Core core, Features features, Background background, PostWiring post) {
        if (core.options().places().isPresent()) {
            features.reload(core.places()::reload);
            features.health("places", core.places()::concern);
            background.every(
                    PLACES_PACE,
                    "looking for newer places",
                    () -> post.executor().execute(core.places()::check));
        }
    }

    private static void server(Core core, Features features, NodeWiring nodes) {
        StatusApi status = new StatusApi(nodes, features.health(), features.counts());
        features.routes(status.routes()).nodes(status::nodes);
        features.routes(new LicenceApi().routes());
        features.routes(List.of(core.events().route()));
        features.health("certificate", core.certificates()::concern);
        features.count("listeners", core.events()::listeners);
    }
}
