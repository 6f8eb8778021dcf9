package dev.sekisho.control.socket;

import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Explanation;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The checkpoint as its operator sees it: the port that the data plane fills. Thread-safe; a call returns
/// when its effect holds for every packet that comes after it.
public interface Enforcer {
    /// Puts a policy, its devices and settings in force, all or nothing. What it keeps of the secrets it
    /// copies.
    ///
    /// @throws RuntimeException with a sentence when it can't; then the old one stays
    void enforce(PolicyFile.Content content);

    /// Takes grants away at once, ahead of the policy without them: what they opened is closed. For what must not wait
    /// until a large policy is compiled.
    void revoke(Set<GrantId> grants);

    /// Ends the session of a device; it has to shake hands again.
    ///
    /// @return false when there is no such device
    boolean disconnect(DeviceId device);

    /// Answers a challenge.
    ///
    /// @return false when it is no longer open
    boolean settle(long challengeId, boolean approved);

    /// Locks a device: it passes nothing from now on.
    ///
    /// @return false when there is no such device
    boolean lock(DeviceId device);

    /// Unlocks a device and forgets what the scan detector knew of it.
    ///
    /// @return false when there is no such device
    boolean unlock(DeviceId device);

    /// All devices of the policy, in its order.
    List<DeviceView> devices();

    /// The devices that had traffic in the last five seconds, in no order. Cheap enough to be asked every
    /// second.
    List<DeviceTraffic> traffic();

    /// The open challenges, oldest first.
    List<ChallengeView> challenges();

    /// Hands over the live flows that are wanted, in no order, `limit` at most.
    ///
    /// @return how many of them there are
    long flows(int limit, FlowFilter wanted, Consumer<FlowView> sink);

    /// The live flow between two ends as a proxy on the hand-off device sees it.
    ///
    /// @param remote who connected: the source of the flow
    /// @param local where it went: the original destination
    Optional<FlowView> origin(InetSocketAddress remote, InetSocketAddress local);

    /// Why a packet of the user would pass or not: the whole chain of reasons.
    ///
    /// @param protocol 6, 17, 1 or 58
    /// @param port 0 for echo
    Explanation explain(UserId user, InetSocketAddress destination, int protocol, int port, long epochSecond);
}
