package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.DeviceBinding;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.flow.MfaRules;
import dev.sekisho.dataplane.flow.ScanRules;
import dev.sekisho.dataplane.testkit.Seeds;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A story of one seed at a checkpoint: what people, administrators, scanners and time do to it, compared with the
/// model
/// after every step.
final class CheckpointSim {
    /// What a run is like.
    ///
    /// @param capacity flows in the table; at most 256, so that every round of the patrol meets all of them
    /// @param scanThreshold destinations that a device may try in vain at first
    record Options(int devices, int capacity, int scanThreshold) {
        static Options random(SplittableRandom random) {
            int[] capacities = {4, 30, 250};
            int[] thresholds = {5, 25, 400, 400};
            return new Options(random.nextInt(2, 6), capacities[random.nextInt(3)], thresholds[random.nextInt(4)]);
        }
    }

    private static final int LOG_LINES = 300;
    private static final long LONGEST_WAIT_SECONDS = 900;
    private static final long SECOND = SimClock.SECOND;

    /// 2026-06-01T06:00:00Z, a Monday: schedules open and close in the hours that a run takes.
    private static final long FIRST_SECOND = 1_780_293_600L;

    private final long seed;
    private final SplittableRandom random;
    private final Options options;
    private final World world;
    private final CheckpointTwins twins;
    private final CheckpointTraffic traffic;
    private final Deque<String> log = new ArrayDeque<>();
    private final Map<Integer, DeviceBinding> bindings = new HashMap<>();
    private final Map<DeviceId, LockReason> locked = new HashMap<>();
    private MfaRules mfa = MfaRules.DEFAULT;
    private ScanRules scan;

    CheckpointSim(Arena arena, long seed) {
        this.seed = seed;
        this.random = Seeds.random(~seed);
        this.options = Options.random(random);
        this.world = new World(random.split(), FIRST_SECOND);
        this.twins = new CheckpointTwins(arena, options.capacity, seed, FIRST_SECOND, this::note);
        this.traffic = new CheckpointTraffic(random.split(), world, twins);
        this.scan = ScanRules.of(options.scanThreshold, 600 * SECOND);
        if (random.nextBoolean()) {
            changeRules();
        }
        for (int device = 0; device < options.devices; device++) {
            bindings.put(device, binding(device, device % World.USERS));
            twins.add(device);
        }
        enforce();
    }

    private static DeviceBinding binding(int device, int user) {
        return new DeviceBinding(new DeviceId("device" + device), new UserId("user" + user));
    }

    /// Tells a story of so many steps to its end, and returns what happened.
    StorySigns run(int steps) {
        try {
            for (int i = 0; i < steps; i++) {
                CheckpointStep step = CheckpointStep.random(random, options.devices);
                note(twins.nowNanos() / 1_000_000 + " " + step);
                twins.did(step.getClass().getSimpleName());
                apply(step);
                twins.compare();
            }
            return twins.close();
        } catch (ReferenceJudgement.Unknowable e) {
            return twins.soFar();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ", " + options + "\n" + String.join("\n", log), e);
        }
    }

    Reference model() {
        return twins.model();
    }

    private void note(String line) {
        if (log.size() == LOG_LINES) {
            log.removeFirst();
        }
        log.addLast(line);
    }

    void apply(CheckpointStep step) {
        switch (step) {
            case CheckpointStep.Open(int device, int packets) -> traffic.open(device, packets);
            case CheckpointStep.Converse(int packets) -> traffic.converse(packets);
            case CheckpointStep.Monologue(boolean byDevice) -> traffic.monologue(byDevice, mfa.inactivityNanos());
            case CheckpointStep.Stray(int device) -> traffic.stray(device);
            case CheckpointStep.Fragments(int device, boolean toDevice) -> traffic.fragments(device, toDevice);
            case CheckpointStep.OpenToDevice(int device) -> traffic.openToDevice(device);
            case CheckpointStep.IcmpErrors(int packets) -> traffic.icmpErrors(packets);
            case CheckpointStep.Flood(int device, int packets) -> traffic.flood(device, packets);
            case CheckpointStep.Scan(int device, int places) -> traffic.scan(device, places);
            case CheckpointStep.TouchDecoy(int device) -> traffic.touchDecoy(device);
            case CheckpointStep.Approve(boolean late) -> answer(true, late);
            case CheckpointStep.Deny(boolean late) -> answer(false, late);
            case CheckpointStep.Insist(int times) -> insist(times);
            case CheckpointStep.Advance(long millis) -> twins.advance(millis * 1_000_000);
            case CheckpointStep.Expire(boolean justBefore) -> expire(justBefore);
            case CheckpointStep.Idle(boolean justBefore) -> idle(justBefore);
            case CheckpointStep.Roam(int device) -> {
                if (twins.has(device)) {
                    twins.roam(device, random.nextInt(1, 0x1_0000));
                }
            }
            case CheckpointStep.ClockJump(int seconds) -> twins.jump(seconds);
            case CheckpointStep.Lock(int device) -> {
                if (twins.has(device)) {
                    twins.lock(device);
                }
            }
            case CheckpointStep.Unlock(int device) -> unlock(device);
            case CheckpointStep.RemoveDevice(int device) -> {
                if (twins.has(device)) {
                    twins.remove(device);
                }
            }
            case CheckpointStep.AddDevice(int device) -> {
                if (!twins.has(device)) {
                    twins.add(device);
                }
            }
            case CheckpointStep.Grant() -> {
                if (world.grants() < 24) {
                    world.grant(twins.second());
                }
                reload();
            }
            case CheckpointStep.Revoke() -> {
                world.revoke();
                reload();
            }
            case CheckpointStep.Reload(CheckpointStep.Change change) -> change(change);
            case CheckpointStep.Ring(boolean open) -> twins.ring(open);
        }
    }

    private void answer(boolean approved, boolean late) {
        List<ReferenceFactors.Challenge> open = model().factors.open();
        if (late || open.isEmpty()) {
            twins.settle(random.nextLong(1L << 40), approved);
        } else {
            twins.settle(open.get(random.nextInt(open.size())).id, approved);
        }
    }

    private void insist(int times) {
        List<ReferenceFactors.Waiting> waiting = model().factors.waiting();
        if (waiting.isEmpty()) {
            return;
        }
        ReferenceFactors.Waiting first = waiting.get(random.nextInt(waiting.size()));
        int device = first.challenge().scope.device();
        for (int i = 0; i < times; i++) {
            ReferenceFactors.Challenge open = model().factors.openFor(first.challenge().scope);
            if (open != null) {
                twins.settle(open.id, false);
            }
            twins.advance(random.nextInt(1, 60) * SECOND);
            twins.fromDevice(device, first.probe());
        }
    }

    /// The device, or another one that is locked.
    private void unlock(int device) {
        model().devices.values().stream()
                .filter(ReferenceState.Device::isLocked)
                .map(locked -> locked.number)
                .min((a, b) -> Integer.compare(Math.abs(a - device), Math.abs(b - device)))
                .ifPresent(twins::unlock);
    }

    private void change(CheckpointStep.Change change) {
        switch (change) {
            case NOTHING -> {}
            case FACTOR -> world.toggleFactor();
            case HAND_OFF -> world.toggleHandOff();
            case OWNER -> changeOwner();
            case RULES -> changeRules();
            case LOCK -> locked.put(new DeviceId("device" + random.nextInt(options.devices)), LockReason.ADMIN);
        }
        reload();
    }

    /// What goes on is judged by what is in force now, before time has moved.
    private void reload() {
        enforce();
        locked.clear();
        traffic.converse(2);
    }

    /// To the second, for a grant holds in whole ones; what goes on there is judged at once.
    private void expire(boolean justBefore) {
        long second = twins.second();
        long next = world.nextChange(second);
        if (next - second <= LONGEST_WAIT_SECONDS) {
            twins.advance(Math.max(0, twins.nanosUntil(next) - (justBefore ? 1_000_000 : 0)));
            traffic.converse(4);
        }
    }

    /// What has waited longest for another packet decides, flow or approval.
    private void idle(boolean justBefore) {
        long limit = model().flows.values().stream()
                .filter(flow -> !flow.isOver())
                .mapToLong(flow -> flow.idleLimitNanos() - flow.idleNanos(twins.nowNanos()))
                .filter(left -> left > 0 && left <= LONGEST_WAIT_SECONDS * SECOND)
                .min()
                .orElse(mfa.inactivityNanos());
        twins.advance(limit + (justBefore ? -1_000_000 : 1_000_000));
        traffic.converse(4);
    }

    private void changeOwner() {
        int device = random.nextInt(options.devices);
        if (random.nextInt(4) == 0) {
            bindings.remove(device);
        } else {
            bindings.put(device, binding(device, random.nextInt(World.USERS)));
        }
    }

    private void changeRules() {
        long[] seconds = {5, 60, 900};
        long[] ages = {0, 0, 3, 40, 2_000};
        long age = ages[random.nextInt(ages.length)];
        mfa = new MfaRules(
                seconds[random.nextInt(3)] * SECOND, age * SECOND, (random.nextInt(3) == 0 ? 20 : 180) * SECOND);
        int threshold = random.nextInt(3) == 0 ? 3 : options.scanThreshold;
        long window = seconds[random.nextInt(3)] * SECOND;
        scan = random.nextBoolean()
                ? ScanRules.of(threshold, window)
                : new ScanRules(threshold, window, threshold + random.nextInt(3), window * random.nextInt(1, 9));
    }

    /// The locks that are known are part of what is put in force, as after a restart.
    private void enforce() {
        model().devices.values().stream()
                .filter(ReferenceState.Device::isLocked)
                .forEach(device -> locked.put(device.id(), LockReason.ADMIN));
        twins.enforce(new Reference.Rules(world.policy(), Map.copyOf(bindings), mfa, scan, Map.copyOf(locked)));
    }
}
