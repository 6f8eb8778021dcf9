package dev.sekisho.dataplane.sim;

import java.util.SplittableRandom;

/// One thing that happens at a checkpoint. What it leaves open, the run's generator decides.
sealed interface CheckpointStep {
    /// A device opens something new, or tries to.
    record Open(int device, int packets) implements CheckpointStep {}

    /// Both ends of a live flow go on: handshakes, data, ends, resets of all kinds.
    record Converse(int packets) implements CheckpointStep {}

    /// Packets that fit no flow: from the middle, of odd protocols, malformed, with another's source.
    record Stray(int device) implements CheckpointStep {}

    /// Datagrams in pieces, some of which overlap, come late or twice.
    record Fragments(int device, boolean toDevice) implements CheckpointStep {}

    /// A network, or another device, opens something towards a device.
    record OpenToDevice(int device) implements CheckpointStep {}

    /// ICMP errors that quote live flows, or what never was.
    record IcmpErrors(int packets) implements CheckpointStep {}

    /// Many packets to the same few places in no time.
    record Flood(int device, int packets) implements CheckpointStep {}

    /// One packet each to many places.
    record Scan(int device, int places) implements CheckpointStep {}

    record TouchDecoy(int device) implements CheckpointStep {}

    /// An answer to an open challenge, or one that no longer is.
    record Answer(boolean approved, boolean late) implements CheckpointStep {}

    /// A person who says no to what a program asks for again and again.
    record Insist(int times) implements CheckpointStep {}

    record Advance(long millis) implements CheckpointStep {}

    /// The wall clock, not the monotonic one.
    record ClockJump(int seconds) implements CheckpointStep {}

    record Lock(int device) implements CheckpointStep {}

    record Unlock(int device) implements CheckpointStep {}

    record RemoveDevice(int device) implements CheckpointStep {}

    record AddDevice(int device) implements CheckpointStep {}

    /// A policy is put in force, changed or the same.
    record Enforce(Change change) implements CheckpointStep {}

    /// Nobody takes events any more, or somebody does again.
    record Ring(boolean open) implements CheckpointStep {}

    enum Change {
        NOTHING,
        GRANT,
        REVOKE,
        FACTOR,
        HAND_OFF,
        OWNER,
        RULES,
        LOCK
    }

    static CheckpointStep random(SplittableRandom random, int devices) {
        int device = random.nextInt(devices);
        return switch (random.nextInt(64)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 -> new Open(device, random.nextInt(1, 6));
            case 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 -> new Converse(random.nextInt(1, 8));
            case 22, 23, 24 -> new Stray(device);
            case 25, 26, 27 -> new Fragments(device, random.nextInt(3) == 0);
            case 28, 29, 30 -> new OpenToDevice(device);
            case 31, 32, 33 -> new IcmpErrors(random.nextInt(1, 4));
            case 34 -> new Flood(device, random.nextInt(20, 120));
            case 35 -> random.nextInt(2) == 0 ? new Scan(device, random.nextInt(1, 30)) : new Unlock(device);
            case 36 -> random.nextInt(2) == 0 ? new TouchDecoy(device) : new Unlock(device);
            case 37 -> new Insist(random.nextInt(1, 5));
            case 38, 39, 40, 41 -> new Answer(random.nextInt(4) != 0, random.nextInt(8) == 0);
            case 42, 43, 44, 45, 46, 47 -> new Advance(random.nextInt(1, 1_000));
            case 48, 49 -> new Advance(random.nextInt(1_000, 20_000));
            case 50 -> new Advance(random.nextInt(20_000, 200_000));
            case 51 -> random.nextInt(8) == 0 ? new Advance(random.nextInt(200_000, 9_000_000)) : new Unlock(device);
            case 52 -> new ClockJump(random.nextInt(3) == 0 ? random.nextInt(-4_000, 4_000) : random.nextInt(-20, 20));
            case 53 -> random.nextInt(3) == 0 ? new Lock(device) : new Unlock(device);
            case 54 -> new Unlock(device);
            case 55 -> random.nextInt(2) == 0 ? new RemoveDevice(device) : new AddDevice(device);
            case 56, 57 -> new AddDevice(device);
            case 58, 59, 60, 61 -> new Enforce(Change.values()[random.nextInt(Change.values().length)]);
            case 62 -> new Ring(false);
            default -> new Ring(true);
        };
    }
}
