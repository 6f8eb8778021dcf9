package dev.sekisho.control.server;

import dev.sekisho.control.enforce.CheckpointHost;
import dev.sekisho.control.flows.FlowLogWriter;
import dev.sekisho.control.flows.stats.FlowStats;
import dev.sekisho.control.flows.web.FlowLogApi;
import dev.sekisho.control.flows.web.FlowLogSettings;
import dev.sekisho.control.flows.web.FlowStatsApi;
import dev.sekisho.control.flows.web.JdbcFlowLogStore;
import dev.sekisho.control.flows.web.LoadMeter;
import dev.sekisho.control.web.EventStream;
import dev.sekisho.policy.Permission;
import java.time.Duration;

/// The flow log: how much is kept, who may search it, what it adds up to, and what is told live.
final class FlowWiring {
    /// How often a dashboard moves.
    private static final Duration TRAFFIC = Duration.ofSeconds(5);

    private FlowWiring() {}

    static void wire(Core core, Features features, Background background, CheckpointHost host) {
        FlowLogWriter log = host.flowLog();
        FlowStats stats = host.flowStats();
        String node = NodeWiring.name(core);
        FlowLogSettings settings = new FlowLogSettings(core.work(), new JdbcFlowLogStore(), retention -> {
            log.retain(retention);
            stats.retainDays(retention.days());
        });
        features.start(settings::apply);
        features.follow(
                actions -> actions.stream().anyMatch(action -> action.startsWith("flow-log.")), settings::apply);
        features.routes(new FlowLogApi(core.work(), log, settings, node).routes());
        features.routes(new FlowStatsApi(stats, core.clock(), node).routes());
        features.health(
                "flow log",
                () -> log.problem()
                        .map(problem -> "nothing can be written, so no new flow passes: " + problem
                                + ". Make room on the disk of the state directory"));
        LoadMeter meter = new LoadMeter(host, stats, core.clock(), node);
        background.every(TRAFFIC, "measuring the traffic", () -> {
            core.events()
                    .publish("traffic", EventStream.Audience.permission(Permission.VIEW_ALL_LOGS), meter.measure());
            stats.tick();
        });
    }
}
