package dev.sekisho.dataplane.sim;

import java.util.SplittableRandom;

/// One thing that happens at a checkpoint: all that people, administrators, networks and time can do to it.
/// What it leaves open, the run's generator decides. Every kind has to happen in a full run of the simulation
/// ([StorySigns]).
sealed interface CheckpointStep {
    /// A device opens something new, or tries to.
    record Open(int device, int packets) implements CheckpointStep {}

    /// Both ends of a live flow go on: handshakes, data, ends, resets of all kinds.
    record Converse(int packets) implements CheckpointStep {}

    /// One end of a live flow says something now and then for longer than an approval lasts without its device.
    record Monologue(boolean byDevice) implements CheckpointStep {}

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

    /// Yes to an open challenge, or to one that no longer is.
    record Approve(boolean late) implements CheckpointStep {}

    /// No to an open challenge, or to one that no longer is.
    record Deny(boolean late) implements CheckpointStep {}

    /// A person who says no to what a program asks for again and again.
    record Insist(int times) implements CheckpointStep {}

    record Advance(long millis) implements CheckpointStep {}

    /// Time comes to the second in which the next grant begins or ends to hold, or to the moment before it.
    record Expire(boolean justBefore) implements CheckpointStep {}

    /// Nobody says anything until a flow, or an approval, is idle for too long, or just not yet.
    record Idle(boolean justBefore) implements CheckpointStep {}

    /// A device comes from another place of the internet: nothing of what it may or has changes.
    record Roam(int device) implements CheckpointStep {}

    /// The wall clock, not the monotonic one.
    record ClockJump(int seconds) implements CheckpointStep {}

    record Lock(int device) implements CheckpointStep {}

    record Unlock(int device) implements CheckpointStep {}

    record RemoveDevice(int device) implements CheckpointStep {}

    record AddDevice(int device) implements CheckpointStep {}

    /// Somebody is granted, or forbidden, something.
    record Grant() implements CheckpointStep {}

    /// A grant is taken away.
    record Revoke() implements CheckpointStep {}

    /// A policy is put in force, changed or the same.
    record Reload(Change change) implements CheckpointStep {}

    /// Nobody takes events any more, or somebody does again.
    record Ring(boolean open) implements CheckpointStep {}

    enum Change {
        NOTHING,
        FACTOR,
        HAND_OFF,
        OWNER,
        RULES,
        LOCK
    }

    static CheckpointStep random(SplittableRandom random, int devices) {
        int device = random.nextInt(devices);
        return switch (random.nextInt(72)) {
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
            case 38, 39, 40, 41 ->
                random.nextInt(4) == 0 ? new Deny(random.nextInt(8) == 0) : new Approve(random.nextInt(8) == 0);
            case 42, 43, 44, 45, 46, 47 -> new Advance(random.nextInt(1, 1_000));
            case 48, 49 -> new Advance(random.nextInt(1_000, 20_000));
            case 50 -> new Advance(random.nextInt(20_000, 200_000));
            case 51 -> random.nextInt(8) == 0 ? new Advance(random.nextInt(200_000, 9_000_000)) : new Unlock(device);
            case 52 -> new ClockJump(random.nextInt(3) == 0 ? random.nextInt(-4_000, 4_000) : random.nextInt(-20, 20));
            case 53 -> random.nextInt(3) == 0 ? new Lock(device) : new Unlock(device);
            case 54 -> new Unlock(device);
            case 55 -> random.nextInt(2) == 0 ? new RemoveDevice(device) : new AddDevice(device);
            case 56, 57 -> new AddDevice(device);
            case 58, 59, 60 -> new Reload(Change.values()[random.nextInt(Change.values().length)]);
            case 61 -> random.nextBoolean() ? new Grant() : new Revoke();
            case 62 -> new Ring(false);
            case 63 -> new Ring(true);
            case 64, 65, 66 -> new Roam(device);
            case 67, 68 -> new Expire(random.nextInt(3) == 0);
            case 69 -> new Monologue(random.nextInt(3) == 0);
            case 70 -> new Reload(Change.HAND_OFF);
            default -> new Idle(random.nextInt(3) == 0);
        };
    }
}
