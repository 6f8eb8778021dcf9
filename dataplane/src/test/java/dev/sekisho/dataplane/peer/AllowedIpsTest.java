package dev.sekisho.dataplane.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.Seeds;
import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllowedIpsTest {
    private static final long V4 = 0x0000_ffff_0000_0000L;

    private final PeerHome home = Peers.home();
    private final Peer a = Peers.peer(home, 1);
    private final Peer b = Peers.peer(home, 2);
    private final Peer c = Peers.peer(home, 3);

    @Test
    void nobodyOwnsAnythingInAnEmptyTable() {
        assertThat(find(AllowedIps.EMPTY, "10.0.0.1")).isNull();
        assertThat(find(AllowedIps.EMPTY, "2001:db8::1")).isNull();
    }

    @Test
    void theLongestBlockWins() {
        AllowedIps table = table(
                entry("0.0.0.0/0", a),
                entry("10.0.0.0/8", b),
                entry("10.1.0.0/16", c),
                entry("10.1.2.3/32", a),
                entry("::/0", c),
                entry("2001:db8::/32", b),
                entry("2001:db8::1/128", a));
        assertThat(find(table, "192.0.2.1")).isSameAs(a);
        assertThat(find(table, "10.200.0.1")).isSameAs(b);
        assertThat(find(table, "10.1.2.4")).isSameAs(c);
        assertThat(find(table, "10.1.2.3")).isSameAs(a);
        assertThat(find(table, "2001:db9::1")).isSameAs(c);
        assertThat(find(table, "2001:db8::2")).isSameAs(b);
        assertThat(find(table, "2001:db8::1")).isSameAs(a);
    }

    @Test
    void familiesNeverMix() {
        AllowedIps six = table(entry("::/0", a));
        assertThat(find(six, "10.0.0.1")).isNull();
        AllowedIps four = table(entry("0.0.0.0/0", a));
        assertThat(find(four, "::1")).isNull();
        assertThat(four.find6(0, V4 | 0x0a000001)).isNull();
    }

    @Test
    void aLaterEntryMovesTheBlockToItsPeer() {
        AllowedIps table = table(entry("10.0.0.0/24", a), entry("10.0.1.0/24", a), entry("10.0.0.0/24", b));
        assertThat(find(table, "10.0.0.9")).isSameAs(b);
        assertThat(find(table, "10.0.1.9")).isSameAs(a);
    }

    @Test
    void skippedBitsAreCompared() {
        AllowedIps table = table(entry("10.0.0.1/32", a), entry("10.0.0.2/32", b), entry("172.16.0.0/12", c));
        assertThat(find(table, "10.0.1.1")).isNull();
        assertThat(find(table, "10.0.0.3")).isNull();
        assertThat(find(table, "172.32.0.1")).isNull();
    }

    @Test
    void blocksNestToEveryDepth() {
        List<AllowedIp> entries = new ArrayList<>();
        Peer[] owners = new Peer[129];
        for (int length = 0; length <= 128; length++) {
            owners[length] = Peers.peer(home, 100 + length);
            entries.add(entry("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/" + length, owners[length]));
        }
        AllowedIps table = AllowedIps.of(entries);
        assertThat(table.find6(-1, -1)).isSameAs(owners[128]);
        for (int bit = 0; bit < 128; bit++) {
            long high = bit < 64 ? ~(1L << (63 - bit)) : -1;
            long low = bit < 64 ? -1 : ~(1L << (127 - bit));
            assertThat(table.find6(high, low)).isSameAs(owners[bit]);
        }
    }

    @Test
    void agreesWithTheLinearTableOnRandomBlocks() {
        Seeds.forEach(300, seed -> {
            SplittableRandom random = Seeds.random(seed);
            Peer[] owners =
                    IntStream.range(0, 8).mapToObj(i -> Peers.peer(home, i)).toArray(Peer[]::new);
            List<AllowedIp> entries = new ArrayList<>();
            int count = random.nextInt(1, 120);
            long spread = random.nextBoolean() ? -1L : random.nextLong() & (random.nextLong() << 1);
            for (int i = 0; i < count; i++) {
                entries.add(new AllowedIp(block(random, spread, entries), owners[random.nextInt(owners.length)]));
            }
            AllowedIps table = AllowedIps.of(entries);
            LinearAllowedIps oracle = new LinearAllowedIps(entries);
            for (int i = 0; i < 400; i++) {
                Cidr near = entries.get(random.nextInt(count)).block();
                long flip = random.nextInt(3) == 0 ? 0 : 1L << random.nextInt(64);
                if (near.v4()) {
                    int address = (int) near.low() ^ (int) (flip >>> random.nextInt(33)) ^ random.nextInt(4);
                    assertThat(table.find4(address)).isSameAs(oracle.find(0, V4 | (address & 0xffff_ffffL)));
                } else {
                    boolean inHigh = random.nextBoolean();
                    long high = near.high() ^ (inHigh ? flip : 0);
                    long low = near.low() ^ (inHigh ? 0 : flip) ^ random.nextInt(4);
                    assertThat(table.find6(high, low)).isSameAs(oracle.find(high, low));
                }
            }
        });
    }

    @Test
    void agreesWithTheLinearTableOnTenThousandHosts() {
        SplittableRandom random = Seeds.random(5);
        List<AllowedIp> entries = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            int address = i % 2 == 0 ? 0x0a00_0000 + i : random.nextInt();
            entries.add(new AllowedIp(new Cidr(0, V4 | (address & 0xffff_ffffL), 32, true), Peers.peer(home, i)));
        }
        AllowedIps table = AllowedIps.of(entries);
        LinearAllowedIps oracle = new LinearAllowedIps(entries);
        for (int i = 0; i < 500; i++) {
            long low = entries.get(random.nextInt(entries.size())).block().low() ^ random.nextInt(3);
            assertThat(table.find4((int) low)).isSameAs(oracle.find(0, low));
        }
    }

    private Cidr block(SplittableRandom random, long spread, List<AllowedIp> before) {
        boolean v4 = random.nextBoolean();
        int length = random.nextInt(v4 ? 33 : 129);
        byte[] bytes;
        if (!before.isEmpty() && random.nextInt(3) > 0) {
            Cidr near = before.get(random.nextInt(before.size())).block();
            if (near.v4() == v4) {
                bytes = near.address().getAddress();
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                return cidr(bytes, length);
            }
        }
        bytes = ByteBuffer.allocate(16)
                .putLong(random.nextLong() & spread)
                .putLong(random.nextLong() & spread)
                .array();
        return cidr(v4 ? java.util.Arrays.copyOf(bytes, 4) : bytes, length);
    }

    private static Cidr cidr(byte[] bytes, int length) {
        try {
            return Cidr.of(InetAddress.getByAddress(bytes), length);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static AllowedIps table(AllowedIp... entries) {
        return AllowedIps.of(List.of(entries));
    }

    private static AllowedIp entry(String block, Peer peer) {
        return new AllowedIp(Cidr.parse(block), peer);
    }

    private static @org.jspecify.annotations.Nullable Peer find(AllowedIps table, String address) {
        Cidr host = Cidr.parse(address);
        return host.v4() ? table.find4((int) host.low()) : table.find6(host.high(), host.low());
    }
}
