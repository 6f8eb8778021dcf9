package dev.sekisho.dataplane.peer;

import dev.sekisho.policy.Cidr;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The obvious cryptokey routing table: looks at every block. The oracle for [AllowedIps].
final class LinearAllowedIps {
    private final Map<Cidr, Peer> blocks = new LinkedHashMap<>();

    LinearAllowedIps(List<AllowedIp> entries) {
        entries.forEach(e -> blocks.put(e.block(), e.peer()));
    }

    @Nullable
    Peer find(long high, long low) {
        Peer found = null;
        int longest = -1;
        for (Map.Entry<Cidr, Peer> entry : blocks.entrySet()) {
            Cidr block = entry.getKey();
            if (block.contains(high, low) && block.prefixLength() > longest) {
                longest = block.prefixLength();
                found = entry.getValue();
            }
        }
        return found;
    }
}
