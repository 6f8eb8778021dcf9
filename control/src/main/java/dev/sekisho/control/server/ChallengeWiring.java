package dev.sekisho.control.server;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.challenge.Challenge;
import dev.sekisho.control.challenge.ChallengeApi;
import dev.sekisho.control.challenge.ChallengeView;
import dev.sekisho.control.challenge.Challenges;
import dev.sekisho.control.challenge.FactorCheck;
import dev.sekisho.control.challenge.JdbcChallengeStore;
import dev.sekisho.control.challenge.Proof;
import dev.sekisho.control.factor.SecondFactors;
import dev.sekisho.control.notice.JdbcNoticeStore;
import dev.sekisho.control.notice.NoticeApi;
import dev.sekisho.control.notice.Notices;
import dev.sekisho.control.user.User;
import dev.sekisho.control.web.EventStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Challenges and how people hear of them.
final class ChallengeWiring {
    private static final Duration KEPT = Duration.ofDays(30);

    private ChallengeWiring() {}

    static NetworkChallenges wire(
            Core core,
            Features features,
            Background background,
            Vaults vaults,
            PostWiring post,
            IdentityWiring identity,
            NetworkWiring network) {
        Challenges challenges = new Challenges(
                core.work(), new JdbcChallengeStore(), check(identity.factors()), core.clock(), post.executor());
        challenges.addNotifier((challenge, _) -> tell(core, "challenge.opened", challenge));
        challenges.onSettled((challenge, _) -> tell(core, "challenge.settled", challenge));
        Notices notices = new Notices(
                core.work(),
                new JdbcNoticeStore(),
                vaults.sealer(),
                new Notices.Ways(
                        post.outbox(),
                        post.subscriptions(),
                        userId -> address(core, identity, userId),
                        PortalAddress.of(core.options())::url,
                        core.places()));
        challenges.addNotifier(notices);
        background.every(Duration.ofSeconds(1), "ending challenges", challenges::expireDue);
        background.every(Duration.ofMinutes(10), "forgetting old challenges", () -> challenges.prune(KEPT));
        features.routes(new ChallengeApi(challenges, identity.factors()::passkeyOptions, core.places()).routes());
        features.routes(new NoticeApi(notices).routes());
        ExecutorService thread = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("network-challenges").factory());
        features.closeable(thread::shutdownNow);
        NetworkChallenges bridge = new NetworkChallenges(
                challenges,
                new NetworkChallenges.Ends(
                        core.node(),
                        name -> core.work().read(transaction -> network.people().user(transaction, name)),
                        () -> network.host().enforcer(),
                        NetworkChallenges.locking(network, challenges)),
                thread);
        challenges.onSettled(bridge);
        core.work().onCommit(bridge);
        features.follow(
                actions -> actions.stream().anyMatch(action -> action.startsWith("challenge.")),
                bridge::settledElsewhere);
        return bridge;
    }

    private static void tell(Core core, String topic, Challenge challenge) {
        core.events()
                .publish(
                        topic,
                        EventStream.Audience.user(challenge.userId()),
                        ChallengeView.of(challenge, core.places()));
    }

    private static Optional<String> address(Core core, IdentityWiring identity, String userId) {
        return core.work()
                .read(transaction -> identity.users().find(transaction, userId))
                .flatMap(User::email);
    }

    private static FactorCheck check(SecondFactors factors) {
        return (userId, _, factor) -> {
            Actor actor = new Actor("", Optional.of(userId), Actor.Via.SESSION, "");
            return switch (factors.verify(actor, userId, proof(factor))) {
                case SecondFactors.Outcome.Accepted _ -> FactorCheck.Outcome.ACCEPTED;
                case SecondFactors.Outcome.Wrong _ -> FactorCheck.Outcome.REFUSED;
                case SecondFactors.Outcome.LockedOut _ -> FactorCheck.Outcome.LOCKED_OUT;
            };
        };
    }

    private static dev.sekisho.control.factor.Proof proof(Proof.Factor factor) {
        return switch (factor.kind()) {
            case TOTP -> new dev.sekisho.control.factor.Proof.Totp(factor.text());
            case RECOVERY -> new dev.sekisho.control.factor.Proof.Recovery(factor.text());
            case PASSKEY -> new dev.sekisho.control.factor.Proof.Passkey(factor.text());
            case PORTAL, LINK, LOCAL -> throw new IllegalArgumentException(factor.kind() + " is no second factor");
        };
    }
}
