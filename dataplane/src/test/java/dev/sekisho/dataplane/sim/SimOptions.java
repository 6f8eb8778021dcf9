package dev.sekisho.dataplane.sim;

import java.util.SplittableRandom;

/// What a run is like. Percentages are per datagram.
///
/// @param clients clients of the one server
/// @param lossPercent datagrams that vanish
/// @param duplicatePercent datagrams that come twice
/// @param corruptPercent datagrams in which one bit flips
/// @param slowestMillis longest time on the way; the shortest is 1 ms, so that datagrams overtake each other
/// @param mtu MTU of every TUN
/// @param merge whether TUNs take super-packets
/// @param presharedKeys whether peers share keys
/// @param lateWord whether the word of a new session reaches the engine later than the first data under it
/// @param keepaliveSeconds persistent keepalive of the clients, 0 for none
record SimOptions(
        int clients,
        int lossPercent,
        int duplicatePercent,
        int corruptPercent,
        int slowestMillis,
        int mtu,
        boolean merge,
        boolean presharedKeys,
        boolean lateWord,
        int keepaliveSeconds) {
    static final SimOptions CALM = new SimOptions(1, 0, 0, 0, 1, 1420, true, false, false, 0);

    static SimOptions random(SplittableRandom random) {
        return new SimOptions(
                random.nextInt(1, 4),
                random.nextInt(3) == 0 ? 0 : random.nextInt(30),
                random.nextInt(3) == 0 ? 0 : random.nextInt(20),
                random.nextInt(3) == 0 ? 0 : random.nextInt(10),
                random.nextInt(2) == 0 ? 1 : random.nextInt(2, 400),
                random.nextInt(2) == 0 ? 1420 : random.nextInt(1280, 1500),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(3) == 0 ? random.nextInt(5, 30) : 0);
    }

    SimOptions withoutFaults() {
        return new SimOptions(clients, 0, 0, 0, slowestMillis, mtu, merge, presharedKeys, lateWord, keepaliveSeconds);
    }

    SimOptions withClients(int count) {
        return new SimOptions(
                count,
                lossPercent,
                duplicatePercent,
                corruptPercent,
                slowestMillis,
                mtu,
                merge,
                presharedKeys,
                lateWord,
                keepaliveSeconds);
    }
}
