package dev.sekisho.control.flows.search;

import dev.sekisho.policy.Cidr;
import java.time.Instant;
import java.util.Optional;

/// Which flows are wanted; what is empty does not matter. Immutable.
///
/// @param from the first moment; that of a flow is its end, that of an attempt when it was refused
/// @param to the moment after the last
/// @param user a name, exactly
/// @param device `USER/NAME`, exactly
/// @param resource a name, exactly
/// @param grant an identity, exactly
/// @param destination an address or a block
/// @param port of the destination
/// @param protocol `tcp`, `udp`, `icmp`, `icmp6` or a number
/// @param verdict `allowed`, `handed-off` or `denied`
/// @param minBytes in both directions together
public record FlowQuery(
        Optional<Instant> from,
        Optional<Instant> to,
        Optional<String> user,
        Optional<String> device,
        Optional<String> resource,
        Optional<String> grant,
        Optional<Cidr> destination,
        Optional<Integer> port,
        Optional<String> protocol,
        Optional<String> verdict,
        long minBytes) {
    /// All flows.
    public static final FlowQuery ALL = new FlowQuery(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0);

    /// The same of one user alone, and none that is older than this.
    public FlowQuery of(String name, Instant since) {
        return new FlowQuery(
                Optional.of(from.filter(since::isBefore).orElse(since)),
                to,
                Optional.of(name),
                device,
                resource,
                grant,
                destination,
                port,
                protocol,
                verdict,
                minBytes);
    }
}
