package dev.sekisho.control.server;

import dev.sekisho.control.alert.AlertApi;
import dev.sekisho.control.alert.AlertChannels;
import dev.sekisho.control.alert.AlertRouter;
import dev.sekisho.control.alert.AlertSender;
import dev.sekisho.control.alert.JdbcAlertStore;
import dev.sekisho.control.mail.JdbcMailStore;
import dev.sekisho.control.mail.MailApi;
import dev.sekisho.control.mail.Mails;
import dev.sekisho.control.mail.SmtpSender;
import dev.sekisho.control.notice.WebhookSender;
import dev.sekisho.control.outbound.DestinationGuard;
import dev.sekisho.control.outbound.Outbound;
import dev.sekisho.control.outbox.JdbcOutboxStore;
import dev.sekisho.control.outbox.Outbox;
import dev.sekisho.control.outbox.OutboxPump;
import dev.sekisho.control.outbox.Sealer;
import dev.sekisho.control.push.JdbcPushStore;
import dev.sekisho.control.push.PushApi;
import dev.sekisho.control.push.PushSender;
import dev.sekisho.control.push.PushSubscriptions;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What the server sends: mails, alerts, push messages.
///
/// @param outbox takes messages
/// @param mails writes mails
/// @param subscriptions browsers that take push messages
/// @param outbound requests of our own, behind the guard
/// @param executor runs what may wait
record PostWiring(
        Outbox outbox, Mails mails, PushSubscriptions subscriptions, Outbound outbound, ExecutorService executor) {
    private static final Duration KEPT = Duration.ofDays(30);

    static PostWiring wire(Core core, Features features, Background background, Vaults vaults) {
        Sealer sealer = vaults.sealer();
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        features.closeable(executor::shutdownNow);
        Outbound outbound = new Outbound(new DestinationGuard(core.options().outboundAllow()));
        features.closeable(outbound);
        Outbox outbox = new Outbox(core.work(), new JdbcOutboxStore(), sealer, core.clock());
        Mails mails = new Mails(core.work(), new JdbcMailStore(), sealer, outbox);
        SmtpSender smtp = new SmtpSender(mails::settings, core.clock());
        PushSubscriptions subscriptions = new PushSubscriptions(core.work(), new JdbcPushStore(), sealer, core.clock());
        AlertChannels channels = new AlertChannels(core.work(), new JdbcAlertStore(), sealer, core.clock());
        AlertSender alerts = new AlertSender(channels, outbound, smtp);
        String portal = PortalAddress.of(core.options()).url();
        outbox.register(Mails.CHANNEL, smtp);
        outbox.register(AlertRouter.CHANNEL, alerts);
        outbox.register(WebhookSender.CHANNEL, new WebhookSender(outbound));
        outbox.register(PushSender.CHANNEL, new PushSender(subscriptions, outbound, () -> portal, core.clock()));
        new AlertRouter(channels, outbox).follow(core.work());
        features.routes(new MailApi(mails, smtp).routes());
        features.routes(new AlertApi(channels, alerts, outbox, core.clock()).routes());
        features.routes(new PushApi(subscriptions).routes());
        features.start(() -> features.closeable(OutboxPump.start(outbox, core.clock())));
        background.every(Duration.ofMinutes(10), "forgetting old messages", () -> outbox.prune(KEPT));
        background.every(Duration.ofMinutes(1), "reading alert channels", channels::refresh);
        features.follow(actions -> actions.stream().anyMatch(action -> action.startsWith("alert.")), channels::refresh);
        return new PostWiring(outbox, mails, subscriptions, outbound, executor);
    }
}
